"""An invariant from a file, and what came of holding a table's items against it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from ..errors import UsageError
from ..values import Item

MOST = 1000
"""How many violations are counted before an invariant is taken for broken enough."""
KINDS: dict[str, Literal["python", "sql"]] = {".py": "python", ".sql": "sql"}
HINT = "Give a Python file with a function check(items), or a .sql file with one SELECT that must find no row."


@dataclass(frozen=True)
class Invariant:
    """What a person says must hold: the name of the file and its text; None where it is not there any more."""

    name: str
    kind: Literal["python", "sql"]
    source: str | None


@dataclass(frozen=True)
class Held:
    """What came of holding items against an invariant.

    `violations` are the first, `count` is how many there are, at most `MOST`. `fault` says why it could not be held:
    where it is not empty nothing is known.
    """

    name: str
    violations: tuple[str, ...] = ()
    count: int = 0
    fault: str = ""

    def said(self) -> str:
        """What it found, in one line."""
        more = f" and {self.count - len(self.violations)} more" if self.count > len(self.violations) else ""
        count = f"at least {MOST}" if self.count >= MOST else f"{self.count}"
        return f"{self.name} found {count}: {'; '.join(self.violations)}{more}"


Items = Callable[[], Iterable[Item]]
"""All items of a table in wire form, from the beginning whenever it is called: they need not fit in memory."""


class BrokenInvariantError(Exception):
    """An invariant cannot be held: its text is wrong, or it crashed."""


def read_invariant(path: Path) -> Invariant:
    """An invariant from its file.

    Raises:
        UsageError: it cannot be read, or it is neither Python nor SQL, or does not look like an invariant.
    """
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the invariant {path}: {error}", HINT) from error
    if path.suffix not in KINDS:
        raise UsageError(f"the invariant {path} is neither a .py nor a .sql file", HINT)
    invariant = Invariant(path.name, KINDS[path.suffix], source)
    try:
        _holder(invariant).look(source, invariant.name)
    except BrokenInvariantError as error:
        raise UsageError(f"the invariant {path} cannot be used: {error}", HINT) from error
    return invariant


def kept_invariant(path: Path) -> Invariant:
    """An invariant as a run kept it; without a text where it is not there any more."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        source = None
    return Invariant(path.name, KINDS.get(path.suffix, "python"), source)


def hold(
    invariant: Invariant, items: Items, key_attributes: Sequence[str], *, show_values: bool = False, named: int = 3
) -> Held:
    """Hold a table's items against an invariant.

    Args:
        invariant: of a person's own, whose code is run as it is (Python), or in a database that sees nothing but the
            items (SQL).
        items: all of them.
        key_attributes: of the table, partition key first.
        show_values: whether violations may show more of an item than its key.
        named: how many violations are put in words.
    """
    if invariant.source is None:
        return Held(invariant.name, fault="its file is not there any more")
    try:
        found = _holder(invariant).violations(invariant.source, invariant.name, items, key_attributes, show_values)
        violations = list(islice(found, MOST))
    except BrokenInvariantError as error:
        return Held(invariant.name, fault=str(error))
    return Held(invariant.name, tuple(sorted(violations)[:named]), len(violations))


class _Holder(NamedTuple):
    look: Callable[[str, str], object]
    violations: Callable[[str, str, Items, Sequence[str], bool], Iterable[str]]


def _holder(invariant: Invariant) -> _Holder:
    """Who knows how to hold this kind; imported only now, since DuckDB takes its time."""
    if invariant.kind == "python":
        from . import by_python  # noqa: PLC0415 -- as below

        return _Holder(by_python.compiled, by_python.violations)
    from . import by_sql  # noqa: PLC0415 -- most drills have no invariant of their own

    return _Holder(by_sql.parsed, by_sql.violations)
