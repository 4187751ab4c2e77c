"""Comparing two snapshots on a cluster, as a library call: only counts come to the driver, no rows."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import orjson

from ..errors import UnverifiableError, UsageError
from . import sql
from .findings import join
from .kinds import DIFFERENCES, Kind
from .planted import bed
from .result import EXIT_CODES, Verdict
from .sides import same_key_schema
from .spark import SparkEngine

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Counted:
    """What two snapshots come to: keys by class, keys that a side has twice, and the proof.

    `contradicting` counts keys that a side has with several values: with one of them nothing is equal for certain.
    """

    equal: int
    only_left: int
    only_right: int
    different: int
    twice: int
    contradicting: int
    planted: int
    missed: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Equal, different, or unknown."""
        if self.missed:
            return "unknown"
        if self.only_left or self.only_right or self.different:
            return "different"
        return "unknown" if self.contradicting else "equal"

    @property
    def exit_code(self) -> int:
        """0 equal, 1 different, 2 unknown."""
        return int(EXIT_CODES[self.verdict])

    def to_json(self) -> str:
        """One line."""
        return orjson.dumps({"verdict": self.verdict, **asdict(self)}).decode()


def compare_in_spark(
    session: "SparkSession", left: str, right: str, *, keys_only: bool = False, out: str | None = None
) -> Counted:
    """Compare two snapshots that Spark can read.

    Args:
        session: of the cluster, or of this machine; it is left as it is.
        left: a snapshot's folder: `/data/before`, `s3://bucket/before`.
        right: the other one.
        keys_only: which keys there are, and not what is under them.
        out: a folder, which must not be there yet, for every difference as Parquet: `kind` (1 only left, 2 only right,
            3 different), digests, `key`, and both items. It holds values of the tables.

    Raises:
        UsageError: one is no snapshot, or their keys are not the same.
        UnverifiableError: one was not read to its end.
    """
    engine = SparkEngine(session)
    try:
        one, other = engine.relation(left), engine.relation(right)
        for place, relation in ((left, one), (right, other)):
            if not relation.about.complete:
                raise UnverifiableError(f"{place} is not complete", "Go on with `dynadrill snapshot --resume`.")
        if not same_key_schema(one.about, other.about):
            raise UsageError(
                f"the keys are {one.about.key_attributes} {one.about.key_types}"
                f" and {other.about.key_attributes} {other.about.key_types}",
                "Only tables of one key schema can be compared.",
            )
        planted = bed(one.about.key_attributes, keys_only=keys_only)
        found = join(engine, one, other, planted, sql.Scope(keys_only=keys_only))
        if out is not None:
            engine.write(sql.listed(items=True), out)
        counts = {kind.word: found.counts[kind] for kind in (Kind.EQUAL, *DIFFERENCES)}
        return Counted(
            **counts,
            twice=sum(twice.keys for twice in found.twice.values()),
            contradicting=0 if keys_only else sum(twice.contradicting for twice in found.twice.values()),
            planted=found.planted,
            missed=tuple(found.missed),
        )
    finally:
        engine.close()
