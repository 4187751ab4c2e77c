"""One check from its first call to its last: restore beside, look, clean up, and only then judge.

What was restored is looked at by `look`, which does not care who restored it.
"""

import shutil
from collections.abc import Callable

from .. import store
from ..config.model import Config
from ..endings import ending_of
from ..errors import UnsupportedError
from ..invariant_files import keep_invariants
from ..runrecord import Ending
from ..target import Capability, Target, TargetKind, table_prefix
from ..targets.cleaning import clean_up, still_there
from ..targets.meter import Budget, Meter
from ..targets.open import Opening, open_target
from ..targets.terms import Known, Terms
from ..version import VERSION
from ..waits.hearing import Waits
from ..watch import Watch
from . import copies
from .asked import EXPORT, LATEST, LIVE, Check
from .folder import CheckFolder, Jumps, Recording
from .observing import put_back_settings, read_indexes, read_restored, try_smoke
from .points import check_time, choose
from .record import AskedRecord, CheckRecord, CopyRecord, CostRecord, PointRecord, Way
from .restoring import await_indexes, await_restored, begin_restore, is_restored
from .source import Source, look_at
from .spending import agree, cost_of
from .work import Given, Work

Agreed = Callable[[Check, Target, str, Source], Budget | None]
"""Answers a check's budget; raises RefusedError where it may not be done on a target."""

NEEDS: dict[Way, Capability] = {
    "pitr": Capability.POINT_IN_TIME,
    "backup": Capability.ON_DEMAND_BACKUP,
    "aws-backup": Capability.AWS_BACKUP,
}


def run_check(  # noqa: PLR0913 -- what may be other than usual is told apart by its name
    check: Check,
    folder: CheckFolder,
    watch: Watch,
    config: Config,
    *,
    opening: Opening | None = None,
    agreed: Agreed = lambda *_: None,
) -> None:
    """Check a table; whatever happens, what was made is removed, and how it ended is on disk.

    Raises:
        UsageError: there is no such table or target; nothing was touched.
        KeyboardInterrupt: somebody interrupted it.
    """
    jumps = Jumps()
    run_id = store.run_id(folder.path, config.names.prefix)
    watch.phase("open", check.place.target)
    meter = Meter(folder.spent)
    target = (opening or open_target)(
        check.place.target,
        run_id=run_id,
        folder=folder.path,
        pace="virtual",  # one thread acts, and nobody uses the table meanwhile
        starts_at=0.0,
        seed=0,
        on_jump=jumps,
        may_restore_from=frozenset({check.place.name}),
        terms=Terms(config, "restore-check", meter=meter, waits=Waits(watch, folder.path)),
    )
    try:
        check_on(check, target, folder, run_id, watch, jumps, agreed=agreed, meter=meter)
    finally:
        target.close()


def check_on(  # noqa: PLR0913, PLR0917 -- what an opened target adds
    check: Check,
    target: Target,
    folder: CheckFolder,
    run_id: str,
    watch: Watch,
    jumps: Jumps,
    given: Given | None = None,
    *,
    agreed: Agreed = lambda *_: None,
    meter: Meter | None = None,
) -> None:
    """Check a table on a target that is open; as `run_check`. What was restored already is only looked at."""
    began_at, meter = target.clock.now(), meter or Meter()
    source = look_at(target, check.place)
    cost = cost_of(check, source, billed=target.kind is TargetKind.AWS)
    first = first_record(check, target, source, run_id, began_at, cost)
    if given is not None:
        first = _of_given(first, given)
    work = Work(check, target, source, Recording(folder, first), watch, run_id, given)
    jumps.recording = work.recording
    stored = copies.stored_copy(work)
    check_time(work)
    work.recording.begin()
    keep_invariants(folder, check.invariants)
    _act_and_clean_up(work, lambda: _act(work, stored, agreed, meter), meter)


def resume_check(  # noqa: PLR0913, PLR0917 -- a check that was begun, and what is known of it
    check: Check,
    folder: CheckFolder,
    record: CheckRecord,
    known: Known,
    watch: Watch,
    config: Config,
    agreed: Agreed,
) -> None:
    """Go on with a check whose process died: what was asked for is waited for, and what was read is read again.

    Raises:
        UsageError: there is no such target any more.
    """
    jumps, meter = Jumps(), Meter(folder.spent)
    watch.phase("open", check.place.target)
    target = open_target(
        check.place.target,
        run_id=record.run,
        folder=folder.path,
        pace="virtual",
        starts_at=0.0,
        seed=0,
        on_jump=jumps,
        may_restore_from=frozenset({check.place.name}),
        terms=Terms(config, "restore-check", known, meter=meter, waits=Waits(watch, folder.path)),
    )
    try:
        again = record.model_copy(update={"resumed": (*record.resumed, target.clock.now())})
        work = Work(check, target, look_at(target, check.place), Recording(folder, again), watch, record.run)
        jumps.recording = work.recording
        stored = copies.stored_copy(work)
        work.recording.begin()
        _act_and_clean_up(work, lambda: _act(work, stored, agreed, meter), meter)
    finally:
        target.close()


def first_record(  # noqa: PLR0913, PLR0917 -- one row of what is known at the beginning
    check: Check, target: Target, source: Source, run_id: str, began_at: float, cost: CostRecord | None
) -> CheckRecord:
    """The record before anything was done."""
    against = check.against if isinstance(check.against, str) or check.against is None else check.against.given
    return CheckRecord(
        version=VERSION,
        run=run_id,
        target=target.name,
        target_kind=target.kind.value,
        table=source.name,
        region=source.region,
        key_attributes=source.key_attributes,
        way=check.way,
        asked=AskedRecord(
            to=LATEST if check.to is None else str(check.to),
            against=against,
            changed_at=check.changed_at,
            may_be_open=check.may_be_open,
            reference_at=began_at if check.to is None else check.to,
            rpo_s=check.rpo_s,
            rto_s=check.rto_s,
            invariants=tuple(invariant.name for invariant in check.invariants),
            show_values=check.show_values,
            canary=None if check.canary is None else str(check.canary),
        ),
        cost=cost,
        marks={"began": began_at},
        left_out={},
        cleaned_up=False,
        settings_before=source.settings,
    )


def _of_given(first: CheckRecord, given: Given) -> CheckRecord:
    reference_at = first.asked.reference_at if given.asked_at is None else given.asked_at
    asked = first.asked.model_copy(update={"reference_at": reference_at})
    nothing_made = first.asked.against != EXPORT
    return first.model_copy(update={"way": "given", "asked": asked, "cleaned_up": nothing_made})


def _act_and_clean_up(work: Work, act: Callable[[], None], meter: Meter) -> None:
    ending = Ending(how="interrupted", because="the check was interrupted")
    try:
        ending = ending_of(act, "the check came to its end")
    except Exception as error:
        ending = Ending(how="crashed", because=f"{type(error).__name__}: {error}")
        raise
    finally:
        work.recording.change(ending=ending)
        meter.lift()
        if work.makes_something:
            _clean_up(work)


def _clean_up(work: Work) -> None:
    """Remove what the check made; interrupted again, only write down what is left."""
    work.watch.phase("clean up", "everything that this check made")
    try:
        left = clean_up(work.target, work.watch.note)
    except KeyboardInterrupt:
        work.recording.change(leftovers=tuple(still_there(work.target)), cleaned_up=True)
        raise
    work.recording.change(leftovers=tuple(left), cleaned_up=True)


def _act(work: Work, stored: CopyRecord | None, agreed: Agreed, meter: Meter) -> None:
    _check_capabilities(work)
    if work.recording.now.cost is not None:
        agree(work.recording.now.cost, work.check.yes_spend_usd)
    if budget := agreed(work.check, work.target, table_prefix(work.run_id), work.source):
        meter.begin(budget, work.clock.now)
    if work.given is None:
        point, job = _begin(work, stored)
    else:
        point, job = work.given.point, None
    work.recording.change(point=point, restored=work.restored, restored_region=work.restored_region)
    export = copies.begin_export(work, point.at) if work.check.against == EXPORT else None
    if work.given is None:
        _finish(work, job)
    else:
        await_indexes(work)
    look(work)
    work.watch.phase("copy", "what it is held against")
    work.recording.change(held_against=_copy(work, stored, export))
    try_smoke(work)
    if work.check.canary is not None:
        shutil.copytree(work.check.canary, work.folder.canary)


def _begin(work: Work, stored: CopyRecord | None) -> tuple[PointRecord, str | None]:
    """Choose what is restored, and ask for it; answers the point, and AWS Backup's job if it is one."""
    work.watch.phase("plan", f"what {work.table} is restored from")
    work.mark("planned")
    chosen = choose(work, None if stored is None else copies.point_of(stored))
    work.recording.change(point=chosen.point)
    work.watch.phase("restore", f"into {work.restored} in {work.restored_region}")
    if work.recording.now.resumed and is_restored(work):
        return chosen.point, None  # it was asked for before the process died
    job = begin_restore(work, chosen)
    work.mark("asked")
    return chosen.point, job


def _finish(work: Work, job: str | None) -> None:
    """Wait for the restored table and its indexes."""
    await_restored(work, job)
    work.mark("active")
    await_indexes(work)
    work.mark("indexes_active")


def look(work: Work) -> None:
    """Put back what can be, and read the restored table with its indexes into the run folder."""
    work.watch.phase("settings", "what the restore dropped")
    put_back_settings(work)
    work.mark("settings")
    work.watch.phase("read", work.restored)
    stored = read_restored(work)
    work.recording.change(restored_path=work.folder.restored.name)
    read_indexes(work, stored)
    work.mark("read")


def _copy(work: Work, stored: CopyRecord | None, export: tuple[str, str] | None) -> CopyRecord | None:
    if stored is not None:
        return copies.read_stored_export(work, stored) if stored.kind == "export" else stored
    if export is not None:
        return copies.finish_export(work, *export)
    return copies.read_live(work) if work.check.against == LIVE else None


def _check_capabilities(work: Work) -> None:
    needed = {NEEDS[work.check.way]} if work.given is None else set()
    if work.check.against == EXPORT:
        needed.add(Capability.EXPORT_TO_S3)
    for capability in sorted(needed):
        if why := work.target.lacks(capability):
            raise UnsupportedError(f"{work.target.name} lacks {capability.value}: {why}")
