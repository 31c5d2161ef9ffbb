"""The weekly report and the analysis, as HTML, Markdown and terminal text."""
