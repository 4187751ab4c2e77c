"""The stages of one drill from its recovery on: recover, validate, cut over, finish."""

from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from .disaster import Clue
from .drill import Drill
from .errors import RecoveryFailedError
from .failing_back import fail_back, snap_what_was_left
from .index_scan import take_index_snapshot
from .index_snapshot import write_index_snapshot
from .indexes import definitions
from .judge import judge
from .marks import Mark
from .outlasting import note_outages, outlast
from .promise import WITHOUT_A_POINT, Boundary
from .quantities import resolve
from .reach import out_of_reach
from .recovery import CatchingUp, Recovered, RecoveryTools
from .refusals import explained, refused
from .runrecord import Ending, PromiseRecord, SettingsRecord, settings_record
from .settings import Settings
from .settings_reading import read_settings
from .snapshot import Snapshot
from .stages import check_load, snap
from .store import put_in_place
from .stored import history_parts, load_evidence, load_validators, users_work
from .tables import name_of, region_of
from .verdict import Outcome

FIRST_GOOD_WITHIN_S = 60.0
"""How long users get, after the recovery, for their first good write and read."""

FIRST_GOOD_WITHIN = 20
"""How many operations they get at least, however seldom they come."""

AFTER_S = 3.0
"""How long users go on after the recovery before the load is stopped."""

SO_FAR = Ending(how="completed", because="the drill came as far as its validation")


def recover(drill: Drill, clue: Clue, kept: dict[str, str]) -> Recovered:
    """Let the recovery do its work, and write down what it promises."""
    drill.clock.end()
    drill.watch.phase("recover", drill.plan.recovery_name)
    before = drill.record.now.settings_before
    assert before is not None, "armed"
    settings = Settings(**before.model_dump())
    to = resolve(drill.plan.to, drill.struck_at)
    try:
        recovered = drill.plan.recovery.recover(drill.tools(kept, clue, to, settings))
    except (ClientError, BotoCoreError) as error:
        raise explained(drill, error) from error
    drill.record.change(promise=_promise(drill, recovered))
    if recovered.table is not None:
        drill.record.change(tables={**drill.record.now.tables.model_dump(), "restored": recovered.table})
    drill.record.change(settings_after=_settings_after(drill, recovered.table or drill.source))
    return recovered


def _settings_after(drill: Drill, table: str) -> SettingsRecord | None:
    """The settings of the table that users are to have; None where it cannot be reached."""
    if out_of_reach(drill, table):
        return None
    home, region = drill.target.region, region_of(table)
    found = read_settings(drill.target.control(region), name_of(table), drill.beside(region))
    if region is not None and home in (found.replicas or ()):
        # The same replicas as they are seen from home, so that before and after can be compared.
        found = replace(found, replicas=tuple(sorted({*(found.replicas or ()), region} - {home})))
    return settings_record(found)


def _promise(drill: Drill, recovered: Recovered) -> PromiseRecord:
    recovery = drill.plan.recovery
    if recovery.promise in WITHOUT_A_POINT:
        return PromiseRecord(kind=recovery.promise, point_at=None, boundary_s=None, found_from=recovered.found_from)
    if recovered.point_at is None:
        raise RecoveryFailedError("the target did not say to which instant it restored")
    boundary = _boundary(drill, recovered)
    return PromiseRecord(
        kind=recovery.promise,
        point_at=recovered.point_at,
        boundary_s=(boundary.lo_s, boundary.hi_s),
        found_from=recovered.found_from,
    )


def _boundary(drill: Drill, recovered: Recovered) -> Boundary:
    """What the recovery came to know itself, such as a lag that it measured, else the method's on this target."""
    if recovered.boundary is not None:
        return recovered.boundary
    assert drill.plan.recovery.method is not None, "a rewind has a method, or says its boundary"
    return drill.target.boundary(drill.plan.recovery.method)


def put_in_service(drill: Drill, table: str, clue: Clue, kept: dict[str, str]) -> None:
    """Validate the restored table, and cut the users over to it, unless it is not what was promised.

    Where the new table has followed the old one until now, users are held meanwhile, so that no write of theirs
    falls between the two.
    """
    recovery = drill.plan.recovery
    if not isinstance(recovery, CatchingUp):
        _cut_over(drill, table)
        return
    drill.watch.phase("hold", "users wait for the cutover")
    drill.load.hold()
    held_at = drill.clock.now()
    try:
        _catch_up(recovery, drill.tools(kept, clue, None, Settings()))
        _cut_over(drill, table)
    finally:
        drill.load.release()
        drill.record.change(held_s=round(drill.clock.now() - held_at, 6))


def _catch_up(recovery: CatchingUp, tools: RecoveryTools) -> None:
    try:
        recovery.before_cutover(tools)
    except ClientError as error:
        raise refused(error) from error


def _cut_over(drill: Drill, table: str) -> None:
    drill.watch.phase("validate", table)
    note_outages(drill)
    snap(drill, table, "restored")
    record = drill.record.now
    judged = judge(load_evidence(drill.folder, record), load_validators(record), SO_FAR)
    drill.mark(Mark.VALIDATED)
    if judged.verdict in (Outcome.FAIL, Outcome.UNKNOWN):
        if not drill.plan.force_cutover:
            drill.watch.note(f"cutover refused: {judged.because}")
            drill.record.change(cutover_refused=judged.because)
            return
        drill.record.change(forced_cutover=True)
    drill.watch.phase("cut over", table)
    drill.alias.point_to(table)
    drill.mark(Mark.CUT_OVER)
    drill.record.change(tables={**drill.record.now.tables.model_dump(), "in_service": table})


def finish(drill: Drill, kept: dict[str, str]) -> None:
    """Wait for the users' first good write and read, stop them, and see what the table in service holds."""
    _await_first_good(drill)
    outlast(drill)
    if fail_back(drill, kept):
        _await_first_good(drill)
    drill.watch.phase("stop", "the users end what they began")
    check_load(drill)
    drill.load.stop()
    check_load(drill)
    note_outages(drill)
    drill.mark(Mark.LOAD_STOPPED)
    drill.watch.phase("snapshot", "of the table in service")
    in_service = drill.record.now.tables.in_service
    if why := out_of_reach(drill, in_service):
        drill.record.change(out_of_reach=why)
        return
    held = snap(drill, in_service, "in_service")
    snap_what_was_left(drill, held)
    _snap_indexes(drill, held, region_of(in_service))


def _await_first_good(drill: Drill) -> None:
    """Let users live until they have written and read what is right, or their time for it is up."""
    drill.watch.phase("first good", "until users work again")
    drill.clock.live(AFTER_S)
    step_s = max(1.0 / drill.plan.rate_per_s, 1.0)
    waited_s, within_s = AFTER_S, max(FIRST_GOOD_WITHIN_S, FIRST_GOOD_WITHIN * step_s)
    seen = history_parts(drill.folder)
    while not users_work(drill.folder, drill.record.now) and waited_s < within_s:
        while seen == history_parts(drill.folder) and waited_s < within_s:
            check_load(drill)
            drill.clock.live(step_s)
            waited_s += step_s
        seen = history_parts(drill.folder)


def _snap_indexes(drill: Drill, in_service: Snapshot, region: str | None) -> None:
    """Read every index of the table in service, each until it agrees with its table or its time is up."""
    described = drill.target.control(region).describe_table(TableName=in_service.table)["Table"]
    indexes = definitions(described)
    for index in indexes:
        drill.watch.phase("snapshot", f"of index {index.name}")
        read = take_index_snapshot(drill.target.data(region), index, in_service, drill.key_attributes, drill.clock)
        path = drill.folder.index_snapshot(index.name)
        write_index_snapshot(read, drill.key_attributes, partial := path.with_suffix(".partial"))
        put_in_place(partial, path)
    drill.record.change(indexes=[index.name for index in indexes])
