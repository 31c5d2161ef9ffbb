"""The templates of everything that is HTML; every word that they are given is escaped."""

import jinja2

TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("reports"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
