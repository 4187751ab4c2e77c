"""The catalog: scenarios, disasters, recoveries, validators and fixtures, found by the names of their files.

What exists is read from the files' text, so that listing and completing names imports none of them.
"""

import ast
import difflib
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

from .errors import UsageError

ROOT = (__package__ or "").rpartition(".")[0]


class Kind(StrEnum):
    """What there is one small file of."""

    SCENARIO = "scenario"
    DISASTER = "disaster"
    RECOVERY = "recovery"
    VALIDATOR = "validator"
    FIXTURE = "fixture"


PACKAGES = {
    Kind.SCENARIO: f"{ROOT}.scenarios",
    Kind.DISASTER: f"{ROOT}.scenarios.disasters",
    Kind.RECOVERY: f"{ROOT}.scenarios.recoveries",
    Kind.VALIDATOR: f"{ROOT}.validators",
    Kind.FIXTURE: f"{ROOT}.fixtures",
}


class Entry(NamedTuple):
    """One thing of the catalog: its file's name without `.py`, its class and the class's docstring."""

    kind: Kind
    name: str
    class_name: str
    doc: str

    @property
    def summary(self) -> str:
        """The docstring's first line."""
        return self.doc.partition("\n")[0]


def names(kind: Kind) -> list[str]:
    """The names of all things of a kind, in order."""
    return [entry.name for entry in entries(kind)]


def entries(kind: Kind) -> list[Entry]:
    """All things of a kind, by name. A file without a public dataclass is a helper of others, and left out."""
    found = (_entry(kind, file) for file in _files(kind))
    return sorted(entry for entry in found if entry is not None)


def load(kind: Kind, name: str) -> Any:
    """The one thing that a file of the catalog defines, with its default knobs.

    Raises:
        UsageError: there is nothing of that name, or its file does not define exactly one thing of that kind.
    """
    from .one_thing import the_one  # noqa: PLC0415 -- listing names must not load the protocols and what they need

    if not any(file.name == f"{name}.py" and _entry(kind, file) is not None for file in _files(kind)):
        raise unknown(kind.value, name, names(kind))
    return the_one(import_module(f"{PACKAGES[kind]}.{name}"), kind)


def load_scenario(name_or_file: str) -> tuple[str, Any]:
    """A scenario by its name in the catalog or by the path of its file, and the name to file its runs under.

    Raises:
        UsageError: there is no such scenario, or its file is not one.
    """
    if name_or_file.endswith(".py") or "/" in name_or_file:
        from .one_thing import load_file  # noqa: PLC0415 -- as in `load`

        path = Path(name_or_file)
        return path.stem, load_file(path, Kind.SCENARIO)
    return name_or_file, load(Kind.SCENARIO, name_or_file)


def find(name: str) -> list[Entry]:
    """Everything of a name, whatever its kind; a class's name will do as well as its file's.

    Raises:
        UsageError: there is nothing of that name.
    """
    everything = [entry for kind in Kind for entry in entries(kind)]
    found = [entry for entry in everything if name in {entry.name, entry.class_name}]
    if not found:
        raise unknown("thing", snake_case(name), [entry.name for entry in everything])
    return found


def name_of(thing: object, kind: Kind) -> str:
    """What a thing is called: its file's name in the catalog, else (from a file of one's own) its class's."""
    package, _, name = type(thing).__module__.rpartition(".")
    return name if package == PACKAGES[kind] else snake_case(type(thing).__name__)


def snake_case(class_name: str) -> str:
    """`NothingMissing` as a file is named: `nothing_missing`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


def unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    """The error for a name that is not known, with the nearest that are."""
    known = sorted(set(known))
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    return UsageError(
        f"there is no {what} called {name!r}",
        f"{meant}There are: {', '.join(known) or 'none'}. `dynadrill list` describes them.",
    )


def _files(kind: Kind) -> Iterator[Traversable]:
    for file in resources.files(PACKAGES[kind]).iterdir():
        if file.name.endswith(".py") and not file.name.startswith("_"):
            yield file


def _entry(kind: Kind, file: Traversable) -> Entry | None:
    return _defined_in(kind, file.name, file.read_text(encoding="utf-8"))


@cache
def _defined_in(kind: Kind, file_name: str, text: str) -> Entry | None:
    """The thing that a file's text defines; parsed once, since one plan asks for the same names again and again."""
    module = ast.parse(text, filename=file_name)
    things = (node for node in module.body if isinstance(node, ast.ClassDef) and _is_public_dataclass(node))
    thing = next(things, None)
    if thing is None:
        return None
    return Entry(kind, file_name.removesuffix(".py"), thing.name, ast.get_docstring(thing) or "")


def _is_public_dataclass(node: ast.ClassDef) -> bool:
    decorators = {ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list}
    return not node.name.startswith("_") and not decorators.isdisjoint({"dataclass", "dataclasses.dataclass"})
