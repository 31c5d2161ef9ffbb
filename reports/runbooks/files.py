"""A runbook's name in, its text or its address out."""

from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The names of all runbooks, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != "README")


def text_of(name: str) -> str:
    """A runbook's Markdown; `name` is one of `names()`."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def title_of(name: str) -> str:
    """Its first line, which says what happened."""
    return text_of(name).splitlines()[0].removeprefix("# ")


def here() -> str:
    """The address of the folder on this machine, without a slash at its end."""
    return FOLDER.as_uri()
