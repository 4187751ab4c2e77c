"""Comparing two sides: join them, look again at what lives, show what differs, and say what it comes to."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..clock import Clock
from ..errors import UsageError
from ..snapshots.columns import halves_of
from ..snapshots.folder import StoredSnapshot
from ..snapshots.signature import signature_of
from ..values import Item, digest
from . import sql
from .by_signature import Buckets, buckets_of
from .engine import ABSENT_HALVES, Engine, Halves
from .findings import Joined, Relation, Twice, difference, first, join
from .ignoring import Ignoring, check_ignorable, without_ignored
from .kinds import DIFFERENCES, Kind
from .listing import Lines
from .looking_again import NOT_AGAIN, Again, Seen, look_again
from .planted import bed
from .result import EXIT_CODES, Comparison, DifferenceRecord, IgnoredRecord, ProofRecord, SideRecord
from .sampled_rows import rows_of
from .sampling import in_sample, sampled
from .showing import Showing, shown
from .sides import Side, check_comparable
from .verdicts import Compared, verdict


@dataclass(frozen=True)
class Asked:
    """Which keys and attributes are compared, and what is shown of those that differ.

    `share` is the sample's, more than 0 and at most 1, None for all keys. `samples` is how many differences of each
    class are shown. `by_signature` reads only the buckets whose sums differ.
    """

    keys_only: bool = False
    share: float | None = None
    ignoring: Ignoring = field(default_factory=Ignoring)
    samples: int = 5
    showing: Showing = field(default_factory=Showing)
    by_signature: bool = False

    @property
    def scope(self) -> sql.Scope:
        """What of the sides is joined."""
        return sql.Scope(self.keys_only, "" if self.share is None else in_sample(self.share))

    def compared(self, item: Item | None) -> Halves | None:
        """An item as it is compared: its digest without what is ignored, or that it is there."""
        if item is None:
            return None
        return ABSENT_HALVES if self.keys_only else halves_of(digest(self.ignoring.without(item)))


@dataclass(frozen=True)
class Tools:
    """What a comparison works with; whoever made them closes and removes them.

    `engine` does the SQL, `clock` is to pause by where a side lives, and `work` is a folder for what is written on the
    way.
    """

    engine: Engine
    clock: Clock
    work: Path


@dataclass(frozen=True)
class _Found:
    joined: Joined
    again: Again
    ignored: dict[str, IgnoredRecord]
    buckets: Buckets | None = None

    @property
    def equal(self) -> int:
        """How many keys are equal, with those of buckets that agree as a whole."""
        settled, others = len(self.again.settled), self.buckets.equal_rows if self.buckets else 0
        return self.joined.counts[Kind.EQUAL] + settled + others

    def count(self, kind: Kind) -> int:
        """How many differences of a kind stand."""
        return self.joined.counts[kind] - self.again.count(kind)


def compare(left: Side, right: Side, asked: Asked, tools: Tools, lines: Lines | None = None) -> Comparison:
    """Compare two sides.

    Args:
        left: one of them.
        right: the other.
        asked: what of them.
        tools: to do it with.
        lines: where every difference goes; None for samples only.

    Raises:
        UsageError: the two cannot be compared, or not so.
        UnverifiableError: a side is incomplete or damaged, or does not answer any more.
    """
    if asked.by_signature and asked.share is not None:
        raise UsageError("--by-signature and --sample both choose what is read", "Leave one of them out.")
    check_comparable(left, right, keys_only=asked.keys_only)
    check_ignorable(asked.ignoring, [left.stored, right.stored])
    found = _found(left, right, asked, tools)
    if lines is not None:
        for record in every_difference(tools.engine, asked.showing):
            lines.add(record)
    return _comparison(left, right, asked, found, list(_samples(tools.engine, asked, left, right)))


def _found(left: Side, right: Side, asked: Asked, tools: Tools) -> _Found:
    one, other, ignored = _prepared(left, right, asked.ignoring, tools.work)
    planted = bed(left.stored.about.key_attributes, asked.ignoring.without, keys_only=asked.keys_only)
    scope, buckets = asked.scope, None
    if asked.by_signature:
        buckets = buckets_of(signature_of(one), signature_of(other))
        scope = replace(scope, where=buckets.where)
    joined = join(tools.engine, Relation.of(one), Relation.of(other), planted, scope)
    tables = {name: side.live for name, side in zip(sql.SIDES, (left, right), strict=True) if side.live is not None}
    if not tables or not joined.different:
        return _Found(joined, NOT_AGAIN, ignored, buckets)
    again = look_again(_seen(tools.engine), tables, asked.compared, tools.clock)
    tools.engine.lay(sql.TAKEN_BACK, again.taken_back())
    return _Found(joined, again, ignored, buckets)


def _prepared(
    left: Side, right: Side, ignoring: Ignoring, work: Path
) -> tuple[StoredSnapshot, StoredSnapshot, dict[str, IgnoredRecord]]:
    """Both sides without what is ignored, and what that was."""
    if not ignoring.reasons:
        return left.stored, right.stored, {}
    one, of_one = without_ignored(left.stored, ignoring, work / "left")
    other, of_other = without_ignored(right.stored, ignoring, work / "right")
    ignored = {
        text: IgnoredRecord(reason=reason, left=of_one.get(text, 0), right=of_other.get(text, 0))
        for text, reason in ignoring.reasons.items()
    }
    return one, other, ignored


def _seen(engine: Engine) -> Iterator[Seen]:
    for row in engine.rows(sql.listed(items=False)):
        yield Seen(difference(row), row[7])


def every_difference(engine: Engine, showing: Showing) -> Iterator[DifferenceRecord]:
    """Each difference that stands, with the attributes that differ, in the order of the keys' digests."""
    for row in engine.rows(sql.listed(items=True)):
        yield shown(difference(row), row[7], (row[8], row[9]), showing)


def _samples(engine: Engine, asked: Asked, left: Side, right: Side) -> Iterator[DifferenceRecord]:
    """Some differences of each class."""
    some = [each for kind in DIFFERENCES for each in first(engine, kind, asked.samples)]
    left_rows = rows_of(engine, "left", {each.key_digest: each.left for each in some}, left.live)
    right_rows = rows_of(engine, "right", {each.key_digest: each.right for each in some}, right.live)
    for each in some:
        key, left_item = left_rows.get(each.key_digest, ("", None))
        other, right_item = right_rows.get(each.key_digest, ("", None))
        yield shown(each, key or other, (left_item, right_item), asked.showing)


def _comparison(left: Side, right: Side, asked: Asked, found: _Found, samples: list[DifferenceRecord]) -> Comparison:
    joined, again = found.joined, found.again
    settled, moving = len(again.settled), len(again.moving)
    unequal = sum(found.count(kind) for kind in DIFFERENCES)
    keys = found.equal + unequal + moving
    sample = None
    if asked.share is not None:
        sample = sampled(asked.share, keys, unequal + moving)
    contradicting = 0 if asked.keys_only else sum(twice.contradicting for twice in joined.twice.values())
    said, because = verdict(joined.missed, Compared(keys, unequal, contradicting), again, sample)
    return Comparison(
        left=side_record(left, joined.twice.get("left")),
        right=side_record(right, joined.twice.get("right")),
        verdict=said,
        exit_code=int(EXIT_CODES[said]),
        because=because,
        keys_only=asked.keys_only,
        equal=found.equal,
        only_left=found.count(Kind.ONLY_LEFT),
        only_right=found.count(Kind.ONLY_RIGHT),
        different=found.count(Kind.DIFFERENT),
        settled=settled,
        moving=moving,
        unchecked=again.unchecked,
        buckets=found.buckets.counts() if found.buckets else None,
        proof=ProofRecord(
            planted=joined.planted, caught=joined.planted - len(joined.missed), missed=list(joined.missed)
        ),
        ignored=found.ignored,
        sample=sample,
        samples=samples,
    )


def side_record(side: Side, twice: Twice | None = None) -> SideRecord:
    """A side as outputs have it."""
    about = side.stored.about
    return SideRecord(
        given=side.given,
        taken_for=side.taken_for,
        source=about.source,
        rows=about.rows,
        began_at=about.began_at,
        ended_at=about.ended_at,
        live=side.live is not None,
        twice=twice.keys if twice else 0,
        contradicting=twice.contradicting if twice else 0,
    )
