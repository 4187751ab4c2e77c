"""The bounds that a service's model states and botocore's validator leaves to the service: enums, patterns, maxima."""

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, StringShape, StructureShape
from botocore.model import Shape as Model


def violations(model: Model, value: Any, name: str = "") -> Iterator[str]:
    """What is wrong with a value that has the shape of its model already, one text for each fault."""
    match model:
        case StructureShape():
            for member, each in model.members.items():
                if member in value:
                    yield from violations(each, value[member], f"{name}.{member}" if name else member)
        case ListShape():
            for number, each in enumerate(value):
                yield from violations(model.member, each, f"{name}[{number}]")
        case MapShape():
            for key, each in value.items():
                yield from violations(model.value, each, f"{name}.{key}")
        case StringShape():
            yield from _of_text(model, value, name)
    yield from _too_large(model, value, name)


def _of_text(model: StringShape, value: str, name: str) -> Iterator[str]:
    if model.enum and value not in model.enum:
        yield f"Value '{value}' at '{name}' must be one of {', '.join(model.enum)}"
    pattern = model.metadata.get("pattern")
    if pattern and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield f"Value '{value}' at '{name}' must match {pattern}"


def _too_large(model: Model, value: Any, name: str) -> Iterator[str]:
    most = model.metadata.get("max")
    if most is None:
        return
    size = value if isinstance(value, int | float) else len(value)
    if size > most:
        yield f"'{name}' must be at most {most}, but is {size}"
