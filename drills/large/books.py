"""Keeping the books of a large history on disk: SQL counts what is plain, and the in-memory form looks at the rest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..books import Counted, InMemory, Place, promised_by
from ..cut import Cut
from ..defects import ControlResult, Defects
from ..diff import Diff, diff
from ..history import History, Jump
from ..loss import Loss, bounds_of
from ..planted import plant
from ..restore_points.curve import Instants, Observed
from ..runrecord import RunRecord
from ..snapshot import Snapshot
from ..timeline import FirstGood, RecoveryTime, last_mark_at, measure_first_good, measure_recovery_time
from .admissible import held_to, look_at
from .cut import measure_cut
from .lost import keys_that_lost
from .merging import merged_diff, merged_loss
from .parts import Parts
from .planting import planted_in, sample_of
from .tables import Tables
from .users import first_writes, reads_since


@dataclass(frozen=True)
class OnDisk:
    """The books of a history that is in the tables of a database, writes and rows."""

    tables: Tables
    run: RunRecord
    history: History
    snapshots: Mapping[Place, Snapshot]

    @property
    def _parts(self) -> Parts:
        return Parts(self.tables, self.run, self.history, self.snapshots)

    def counted(self, struck_at: float | None) -> Counted:
        """How much there is of what claims are about."""
        (counts,) = self.tables.query(
            """
            select count(distinct id) filter (who = 'disaster' and outcome = 'ok'),
                count(*) filter (who = 'load' and outcome = 'ok' and told <= ?),
                count(distinct op) filter (good and tx)
            from writes where not planted
            """,
            [float("-inf") if struck_at is None else struck_at],
        )
        return Counted(*counts)

    def diff(self, place: Place) -> Diff | None:
        """A snapshot held against what it must contain."""
        snapshot = self.snapshots.get(place)
        held = held_to(self.run, place, snapshot.began_at, snapshot.ended_at) if snapshot else None
        if held is None:
            return None
        plain = look_at(self.tables, held)
        looked_at = (part.diff(place) for part in self._parts.of(CLOSER))
        return merged_diff((found for found in looked_at if found is not None), plain)

    def cut(self, compared: Diff) -> Cut | None:
        """The restore point measured from snapshot 1."""
        return measure_cut(self.tables, self.run.tables.source, compared)

    def loss(self, place: Place, struck_at: float, cut: Cut | None) -> Loss:
        """What the table that was struck had and the snapshot lacks."""
        bounds = None if cut is None else bounds_of(cut, promised_by(self.run))
        source = self.run.tables.source.replace("'", "''")
        lost = keys_that_lost(place, f"place = '{source}'", self.snapshots[place].began_at, bounds)
        return merged_loss(part.loss(place, struck_at, cut) for part in self._parts.of(lost))

    def lost_after(self, cut_over_at: float) -> int:
        """How many good writes that were asked after the cutover snapshot 2 lacks."""
        began_at = self.snapshots["in_service"].began_at
        lost = keys_that_lost("in_service", "true", began_at, None, asked_after=cut_over_at)
        return sum(part.lost_after(cut_over_at) for part in self._parts.of(lost))

    def recovery_time(self, jumps: Sequence[Jump]) -> RecoveryTime | None:
        """The RTO and its phases: the first read that is right is looked for among the first ones, then further on."""
        since, table = last_mark_at(self.history), self.run.cut_over_to
        if since is None:
            return None
        found = None
        for history, part in self._users_since(table, since):
            found = measure_recovery_time(history, table, part.expected_after_cutover, jumps)
            if found is None or found.first_read is not None:
                break
        return found

    def first_good(self, after_at: float) -> FirstGood:
        """The users' first write and right read of the table in service after an instant."""
        found = FirstGood(None, None)
        for history, part in self._users_since(self.run.tables.in_service, after_at):
            found = measure_first_good(history, self.run.tables.in_service, after_at, part.expected_in_service)
            if found.read is not None:
                break
        return found

    def _users_since(self, table: str, since: float) -> Iterator[tuple[History, InMemory]]:
        """Their first write to a table after an instant, and their reads of it, some at a time with the keys' books."""
        users = replace(self.history, writes=first_writes(self.tables, table, since))
        for reads, keys in reads_since(self.tables, table, since):
            for part in self._parts.of(keys):
                yield replace(users, reads=reads), part

    def controls(self, place: Place, before: Diff) -> ControlResult:
        """Whether the detector finds what is planted: in the tables, by the same queries, and in the closer look."""
        snapshot = self.snapshots[place]
        held = held_to(self.run, place, snapshot.began_at, snapshot.ended_at)
        assert held is not None, "what was compared was held to something"
        (sample,) = self._parts.of(sample_of(place, held.ended_by))
        expectation = sample.expected(place)
        assert expectation is not None, "what was compared was held to something"
        defects = plant(expectation, sample.seen(place), sample.physical(place))
        with planted_in(self.tables, place, defects):
            plain = look_at(self.tables, held)
            after = merged_diff(
                (
                    _diff_with(defects.only(keys.__contains__), part, place)
                    for part, keys in self._parts.with_keys(CLOSER)
                ),
                plain,
            )
        return defects.found(before, after)

    def observed(self) -> Observed | None:
        """What users and the disaster wrote to the table that was struck, by seconds."""
        bad = "who = 'disaster' and outcome <> 'fail'"
        first_bad_at = self.tables.one(f"select min(asked) from writes where {bad} and {HERE}", [self._source])
        if first_bad_at is None:
            return None
        return Observed(
            self._by_second(f"select told as instant from writes where good and outcome = 'ok' and {HERE}"),
            self._by_second(f"select asked as instant from writes where {bad} and {HERE}"),
            self._by_second(f"select min(asked) as instant from writes where {bad} and {HERE} group by id"),
            first_bad_at,
        )

    @property
    def _source(self) -> str:
        return self.run.tables.source

    def _by_second(self, query: str) -> Instants:
        counted = self.tables.query(f"select ceil(instant), count(*) from ({query}) group by 1", [self._source])
        return Instants.of(dict(counted))


HERE = "place = ? and not planted"
"""The writes to one table, whose name is a parameter."""

CLOSER = "select id, together from closer"


def _diff_with(here: Defects, part: InMemory, place: Place) -> Diff:
    """The diff of some keys, with what was planted under them."""
    expectation = part.expected(place)
    assert expectation is not None, "what was compared was held to something"
    return diff(
        here.over_expectation(expectation), here.over_seen(part.seen(place)), here.over_physical(part.physical(place))
    )
