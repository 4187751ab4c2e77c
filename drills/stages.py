"""The stages of one drill before its recovery, in their order: prepare, warm up, gate, strike."""

from .books import Place
from .disaster import Brewing, Clue, Needing, Staged, Strike
from .drill import Drill, writer_for
from .errors import GateError, UnsupportedError, UnverifiableError
from .history import Who
from .load.seeding import seed_table
from .marks import Mark
from .outlasting import see_outages
from .recovery import Founding, PlannedTable, Standing
from .runrecord import ClueRecord, settings_record
from .scan import take_snapshot
from .scenario import Transacting
from .settings import Settings
from .settings_reading import read_settings
from .snapshot import Snapshot, write_snapshot
from .store import put_in_place
from .stored import diff_at_gate
from .striking import Blow
from .table_settings import await_active, put_settings_on
from .tables import name_of, region_of
from .values import key_label

SHORTEST_WARM_UP_S = 10.0
"""At least so much load before the strike, in target time."""

SEEDING_THREADS = 4
"""How many batches of the seeding are in flight at once, in real pace."""

LIVED_S = 1.0
"""How much of a wait after the strike users live through, before the clock is moved over the rest."""


def check_capabilities(drill: Drill) -> None:
    """Make sure, before anything is touched, that the target can do what the disaster and the recovery need."""
    needs = [(capability, f"recovery {drill.plan.recovery_name}") for capability in drill.plan.recovery.needs]
    if isinstance(drill.plan.disaster, Needing):
        needs += [(capability, f"disaster {drill.plan.disaster_name}") for capability in drill.plan.disaster.needs]
    for capability, who in needs:
        answer = drill.target.lacks(capability)
        if answer is not None:
            raise UnsupportedError(
                f"{drill.target.name} cannot do {capability.value}, which {who} needs: {answer}",
                "Run the drill on the embedded target or on AWS, or choose another --recovery or --disaster.",
            )
    _check_table(drill)


def _check_table(drill: Drill) -> None:
    """Make sure that the table can have what the recovery gives it while it is empty."""
    recovery, fixture = drill.plan.recovery, drill.plan.scenario.fixture
    if not isinstance(recovery, Founding):
        return
    transactions = fixture.transactions if isinstance(fixture, Transacting) else True
    planned = PlannedTable(fixture.table(), fixture.settings, transactions, drill.target.region)
    if why := recovery.unfit(planned):
        raise UnsupportedError(
            f"recovery {drill.plan.recovery_name} cannot protect table {fixture.table_name}: {why}",
            "Choose another --recovery, or a scenario whose table can have it.",
        )


def prepare(drill: Drill) -> dict[str, str]:
    """Create the table, seed it, arm the protection; answers what the recovery keeps for later."""
    fixture, control = drill.plan.scenario.fixture, drill.target.control()
    kept: dict[str, str] = {}
    before = Blow(drill, writer_for(drill, Who.DISASTER)).tools()
    _create(drill, before, kept)
    drill.alias.point_to(drill.source)
    drill.load.start()
    drill.watch.phase("seed", f"{drill.plan.items:,} items")
    seed_table(
        fixture,
        drill.plan.seed,
        drill.plan.items,
        writer_for(drill, Who.SEED),
        drill.source,
        progress=drill.watch.count,
        threads=1 if drill.plan.pace == "virtual" else SEEDING_THREADS,
    )
    drill.watch.phase("arm", drill.plan.recovery_name)
    put_settings_on(control, drill.source, fixture.settings, drill.clock)
    _arm(drill, kept)
    if isinstance(drill.plan.disaster, Brewing):
        drill.plan.disaster.brew(before)
    drill.record.change(settings_before=settings_record(read_settings(control, drill.source, drill.beside())))
    drill.mark(Mark.ARMED)
    return kept


def _create(drill: Drill, before: Strike, kept: dict[str, str]) -> None:
    """Create the table, with what the story says of it, and with the protection that it can have only while empty."""
    control, disaster, recovery = drill.target.control(), drill.plan.disaster, drill.plan.recovery
    drill.watch.phase("create", drill.source)
    control.create_table(TableName=drill.source, **drill.plan.scenario.fixture.table())
    await_active(control, drill.source, drill.clock)
    if isinstance(disaster, Staged):
        disaster.stage(before)
    if isinstance(recovery, Founding):
        drill.watch.phase("found", drill.plan.recovery_name)
        recovery.found(drill.tools(kept, None, None, Settings()))


def _arm(drill: Drill, kept: dict[str, str]) -> None:
    """Switch the protection on: before users begin, or while they work, where the scenario has it so."""
    recovery, tools = drill.plan.recovery, drill.tools(kept, None, None, Settings())
    unprotected_s = drill.plan.scenario.workload.unprotected_s
    if unprotected_s:
        _begin(drill)
        drill.clock.live(unprotected_s)
        drill.protect(lambda: recovery.arm(tools))
    else:
        recovery.arm(tools)


def _begin(drill: Drill) -> None:
    drill.load.go()
    drill.mark(Mark.LOAD_STARTED)


def warm_up(drill: Drill, kept: dict[str, str]) -> None:
    """Let the users begin, and prove before anything is broken that the table agrees with the ledger.

    Raises:
        GateError: it does not; then a recovery could not be blamed for anything.
    """
    drill.watch.phase("warm up", f"{drill.plan.users} users, {drill.plan.rate_per_s:g} operations/s")
    if not drill.plan.scenario.workload.unprotected_s:
        _begin(drill)
    _keep_up(drill, kept)
    _warm(drill)
    check_load(drill)
    drill.watch.phase("gate", "is the table what the ledger says?")
    snap(drill, drill.source, "gate")
    found = diff_at_gate(drill.folder, drill.record.now)
    if not found.clean:
        item_class, findings = next(iter(found.findings.items()), (None, ()))
        example = f": {key_label(findings[0].key)} is {item_class}" if item_class else ""
        raise GateError(
            f"wrong before the disaster: {found.keys - found.intact} of {found.keys} keys are not what the ledger"
            f" says{example}",
            "The target lost or invented writes without any disaster; see snapshot-gate.parquet in the run folder.",
        )
    drill.mark(Mark.GATE_PASSED)


def _keep_up(drill: Drill, kept: dict[str, str]) -> None:
    """From now on the recovery's protection is kept up, where it has any that stands."""
    recovery = drill.plan.recovery
    if isinstance(recovery, Standing):

        def protect() -> None:
            drill.protect(lambda: recovery.protect(drill.tools(kept, None, None, Settings())))

        drill.clock.begin(recovery.every_s, protect)


def _warm(drill: Drill) -> None:
    """Let the users work; what a scenario asks for beyond the shortest warm-up may be moved over where time can be."""
    drill.clock.live(SHORTEST_WARM_UP_S)
    warm_up_s = max(drill.plan.scenario.workload.warm_up_s, drill.plan.warm_up_s)
    drill.clock.wait(warm_up_s - SHORTEST_WARM_UP_S, "until there is a past to go back to")


def strike(drill: Drill) -> Clue:
    """Let the disaster happen, and time pass until somebody noticed; answers what an SRE finds."""
    drill.watch.phase("strike", drill.plan.disaster_name)
    drill.load.record_reads()
    blow = Blow(drill, writer_for(drill, Who.DISASTER))
    clue = drill.plan.disaster.strike(blow.tools())
    drill.struck_at = blow.struck()
    see_outages(drill)
    drill.record.change(clue=_clue_record(clue))
    drill.watch.phase("notice", "until somebody notices")
    _let_pass(drill, drill.plan.notice_s, "until somebody notices")
    drill.mark(Mark.NOTICED)
    drill.watch.phase("decide", "until somebody decides")
    _let_pass(drill, drill.plan.decide_s, "until somebody decides what to do")
    check_load(drill)
    return clue


def _clue_record(clue: Clue) -> ClueRecord:
    return ClueRecord(
        source=clue.source, first_bad_at=clue.first_bad_at, logged=len(clue.log), marker=list(clue.marker or ())
    )


def _let_pass(drill: Drill, seconds: float, why: str) -> None:
    lived_s = min(seconds, LIVED_S)
    drill.clock.live(lived_s)
    drill.clock.wait(seconds - lived_s, why)


def snap(drill: Drill, table: str, name: Place) -> Snapshot:
    """Take a snapshot, and keep it in the run folder; answers what was kept."""
    client = drill.target.data(region_of(table))
    snapshot, fault = take_snapshot(client, name_of(table), drill.key_attributes, drill.clock)
    path = drill.folder.snapshot(name)
    partial = path.with_suffix(".partial")
    write_snapshot(snapshot, partial)
    put_in_place(partial, path)
    if fault:
        raise UnverifiableError(f"the snapshot of {table} was cut short: {fault}")
    return snapshot


def check_load(drill: Drill) -> None:
    """Make sure that the users are still there.

    Raises:
        UnverifiableError: a load process has died.
    """
    if fault := drill.load.fault():
        raise UnverifiableError(f"the load died: {fault}", "See the load's log in the run folder.")
