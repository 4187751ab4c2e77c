"""What joining two sides came to: counts, keys that a side has twice, and whether what was planted was found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

from ..snapshots.about import About
from ..snapshots.folder import StoredSnapshot
from . import sql
from .engine import KEY_SCHEMA, Engine, Halves, no_rows
from .kinds import DIFFERENCES, Kind
from .planted import Bed
from .sql import Scope, Side


class Relation(NamedTuple):
    """The rows of one side: Parquet files by the names that the engine knows them by, and what they are of."""

    files: Sequence[str]
    about: About

    @classmethod
    def of(cls, stored: StoredSnapshot) -> Self:
        """A snapshot on this machine."""
        return cls([str(file) for file in stored.files], stored.about)


class Twice(NamedTuple):
    """Keys that a side has more than once: how many, and how many of them with values that are not the same."""

    keys: int
    contradicting: int


class Difference(NamedTuple):
    """A key that is on one side only, or has two values; digests as halves, None where there is no item."""

    kind: Kind
    key_digest: Halves
    left: Halves | None
    right: Halves | None


@dataclass(frozen=True)
class Joined:
    """What the join found, of the tables' own keys; `missed` names what was planted and not found as it should be."""

    scope: Scope
    counts: Mapping[Kind, int]
    twice: Mapping[Side, Twice]
    planted: int
    missed: Sequence[str]

    @property
    def different(self) -> bool:
        """Whether any key is on one side only or differs."""
        return any(self.counts[kind] for kind in DIFFERENCES)


def join(engine: Engine, left: Relation, right: Relation, bed: Bed, scope: Scope) -> Joined:
    """Join two snapshots, with what is planted, and count what comes of it; the engine keeps the differences.

    A key that a side has twice would be counted twice: where the numbers show that there is one, it is all done again
    with one row a key.
    """
    sides: dict[Side, Relation] = {"left": left, "right": right}
    for side, relation in sides.items():
        engine.show(f"{side}_rows", relation.files)
        planted = bed.left if side == "left" else bed.right
        engine.lay(f"{side}_planted", planted.select(sql.COLUMNS.split(", ")))
    engine.lay(sql.TAKEN_BACK, no_rows(KEY_SCHEMA))
    engine.keep(sql.DIFFERENCES, sql.differences(scope))
    twice: dict[Side, Twice] = {}
    if not _once_each(engine, sides, bed, scope):
        twice = {side: Twice(*next(engine.rows(sql.twice(side, scope)))) for side in sql.SIDES}
        scope = replace(scope, once=True)
        engine.keep(sql.DIFFERENCES, sql.differences(scope))
    counts = {Kind(kind): pairs for kind, pairs, _ in engine.rows(sql.totals())}
    return Joined(
        scope,
        {kind: counts.get(kind, 0) - sum(plant.kind is kind for plant in bed.plants) for kind in Kind},
        {side: found for side, found in twice.items() if found.keys},
        len(bed.plants),
        bed.misses(engine.rows(sql.found_planted())),
    )


def _once_each(engine: Engine, sides: Mapping[Side, Relation], bed: Bed, scope: Scope) -> bool:
    """Whether no side has a key twice; see `sql` for why these numbers say so."""
    pairs: dict[Kind, int] = dict.fromkeys(Kind, 0)
    differing = 0
    for kind, times, keys in engine.rows(sql.totals()):
        pairs[Kind(kind)] = times
        differing += keys if kind > Kind.EQUAL else 0
    matched = pairs[Kind.EQUAL] + pairs[Kind.DIFFERENT]
    planted = {"left": bed.left.num_rows, "right": bed.right.num_rows}
    alone = {"left": pairs[Kind.ONLY_LEFT], "right": pairs[Kind.ONLY_RIGHT]}
    for side, relation in sides.items():
        rows = relation.about.rows
        if scope.where:
            ((rows,),) = engine.rows(sql.rows_in(side, scope))
        if rows + planted[side] != matched + alone[side]:
            return False
    return differing == sum(pairs[kind] for kind in DIFFERENCES)


def first(engine: Engine, kind: Kind, number: int) -> Iterator[Difference]:
    """Some of the differences of a kind, always the same ones."""
    for found in engine.rows(sql.first(kind, number)):
        yield difference(found)


def difference(found: Sequence[Any]) -> Difference:
    """A difference from the columns that begin a row of it."""
    kind, high, low, left_high, left_low, right_high, right_low = found[:7]
    return Difference(Kind(kind), (high, low), _present(left_high, left_low), _present(right_high, right_low))


def _present(high: int | None, low: int | None) -> Halves | None:
    return None if high is None or low is None else (high, low)
