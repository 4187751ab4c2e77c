"""Help texts as they stand in docstrings, with their lines joined again: a terminal is narrower than the source."""

from inspect import cleandoc

BELOW = (" ", "- ")
"""How lines begin that belong to a list: they stay as they are, and so does what comes after them."""

EXAMPLE = "dynadrill "
"""How an example begins: a line of its own, on which what it is continued by runs on."""


def unfolded(text: str) -> str:
    """A docstring whose sentences and examples run on as far as they go; lists keep their lines."""
    lines: list[str] = []
    for line in cleandoc(text).splitlines():
        before = lines[-1] if lines else ""
        if before and line and not before.startswith(BELOW) and not line.startswith((*BELOW, EXAMPLE)):
            lines[-1] = f"{before} {line}"
        else:
            lines.append(line)
    return "\n".join(lines)
