"""What the stages of one drill share: the plan, the place, and what is written down on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .alias import Alias
from .beside_reading import clients_beside
from .catalog import Kind
from .catalog import name_of as name_in_catalog
from .disaster import Clue, prevention_of
from .history import Who
from .load.controller import LoadControl
from .load.perform import Writer
from .marks import Mark
from .plan import Plan
from .recorder import Recorder
from .recovery import RecoveryTools
from .runrecord import (
    ObjectivesRecord,
    RunRecord,
    TablesRecord,
)
from .scan import pages_of
from .settings import Settings
from .standing import StandingClock
from .store import RunFolder, write_record
from .tables import name_of, region_of
from .target import Target, table_prefix
from .values import Item
from .version import VERSION
from .watch import Watch


class Record:
    """The run's record, on disk after every change."""

    def __init__(self, folder: RunFolder, first: RunRecord) -> None:
        self._folder = folder
        self.now = first
        write_record(folder, first)

    def change(self, **fields: Any) -> None:
        """Set some fields, and write the record."""
        self.now = RunRecord.model_validate({**self.now.model_dump(by_alias=False), **fields})
        write_record(self._folder, self.now)


@dataclass
class Drill:
    """One drill under way."""

    plan: Plan
    run_id: str
    watch: Watch
    target: Target
    recorder: Recorder
    record: Record
    alias: Alias
    load: LoadControl
    interrupted: Callable[[], bool]
    clock: StandingClock
    """Target time, under which the recovery's protection is kept up."""
    struck_at: float = 0.0
    down_since: dict[str, float] = field(default_factory=dict)
    """The Regions that the disaster has taken down, each with an instant at which it was down already."""
    protecting: list[tuple[float, float]] = field(default_factory=list)
    """See `RunRecord.protecting`."""

    @property
    def folder(self) -> RunFolder:
        """Where everything is written down."""
        return self.plan.folder

    @property
    def key_attributes(self) -> tuple[str, ...]:
        """The table's primary key."""
        return self.plan.scenario.fixture.key_attributes

    @property
    def source(self) -> str:
        """The table that the drill begins with."""
        return self.record.now.tables.source

    def beside(self, region: str | None = None) -> Callable[[str], Any] | None:
        """Makes clients of the services beside DynamoDB; see `beside_reading.clients_beside`."""
        return clients_beside(self.target, region)

    def mark(self, mark: Mark) -> None:
        """Stamp an instant of the drill; an interrupt that was lost on its way is raised here.

        Raises:
            KeyboardInterrupt: somebody has asked to stop, and whatever ran at that moment swallowed it.
        """
        if self.interrupted():
            raise KeyboardInterrupt
        self.recorder.mark(mark, self.clock.now())

    def protect(self, do: Callable[[], None]) -> None:
        """Switch protection on, or keep it up, while users work."""
        began_at = self.clock.now()
        do()
        if self.plan.pace == "real":
            self.protecting.append((began_at, self.clock.now()))

    def tools(
        self,
        kept: dict[str, str],
        clue: Clue | None,
        to: float | Literal["latest"] | None,
        settings: Settings,
    ) -> RecoveryTools:
        """What a recovery works with: functions and not methods, so that nothing leads on to the history."""

        def mark(mark: Mark) -> None:
            self.mark(mark)

        def progress(text: str) -> None:
            self.watch.note(text)

        def scan(table: str) -> Iterator[Item]:
            for page in pages_of(self.target.data(region_of(table)), name_of(table), self.target.clock):
                yield from page.items

        writer = writer_for(self, Who.RECOVERY)

        return RecoveryTools(
            control=self.target.control(),
            once=self.target.data(),
            in_region=self.target.control,
            service=self.target.service,
            region=self.target.region,
            key_attributes=self.key_attributes,
            scan=scan,
            write=writer.write,
            write_if=writer.write_if,
            write_together=writer.write_together,
            folder=self.folder.recovery,
            clock=self.target.clock,
            table=self.source,
            new_table=f"{self.source}-restored",
            settings=settings,
            clue=clue,
            to=to,
            boundary=self.target.boundary,
            waits_for_window=self.target.waits_for_window(),
            mark=mark,
            progress=progress,
            kept=kept,
        )


def writer_for(drill: Drill, who: Who) -> Writer:
    """Somebody who writes in the drill's own part of the history, to tables of any Region."""
    return Writer(who, drill.recorder, drill.target.data(), drill.target.clock, drill.target.data)


def first_record(plan: Plan, run_id: str, target: Target) -> RunRecord:
    """The record of a drill that has not begun."""
    source = f"{table_prefix(run_id)}{plan.scenario.fixture.table_name}"
    return RunRecord(
        version=VERSION,
        run=run_id,
        scenario=plan.scenario_name,
        fixture=name_in_catalog(plan.scenario.fixture, Kind.FIXTURE),
        disaster=plan.disaster_name,
        recovery=plan.recovery_name,
        target=target.name,
        target_kind=target.kind.value,
        pace=plan.pace,
        seed=plan.seed,
        items=plan.items,
        users=plan.users,
        rate_per_s=plan.rate_per_s,
        key_attributes=list(plan.scenario.fixture.key_attributes),
        validators=list(plan.validators),
        invariants=[invariant.name for invariant in plan.invariants],
        show_values=plan.show_values,
        prevention=prevention_of(plan.disaster),
        objectives=ObjectivesRecord(
            rpo_s=plan.objectives.rpo_s,
            rto_s=plan.objectives.rto_s,
            max_lost_after=plan.objectives.max_lost_after,
        ),
        tables=TablesRecord(source=source, restored=None, in_service=source),
        promise=None,
        settings_before=None,
        settings_after=None,
        forced_cutover=False,
        leftovers=[],
        cleaned_up=False,
        ending=None,
    )
