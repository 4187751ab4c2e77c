"""One drill from its plan to its verdict: act, keep the evidence, clean up, and only then judge."""

import contextlib
import os
import platform
from collections.abc import Callable
from hashlib import blake2b

from . import store
from .alias import Alias
from .drill import Drill, Record, first_record
from .errors import DrillError, GateError, RecoveryFailedError, RefusedError, UnsupportedError, UnverifiableError
from .invariant_files import keep_invariants
from .judgement import Judgement
from .load.controller import open_load
from .plan import Plan
from .recorder import Recorder
from .recovering import finish, put_in_service, recover
from .runrecord import Ending
from .scan import ANSWERED_WRONG
from .stages import check_capabilities, prepare, strike, warm_up
from .standing import StandingClock
from .stored import history_parts, judge_folder
from .target import TargetKind
from .targets.cleaning import clean_up
from .targets.open import open_target
from .targets.terms import Terms
from .watch import Watch

ENDINGS: dict[type[Exception], str] = {
    RecoveryFailedError: "recovery_failed",
    GateError: "gate_failed",
    UnverifiableError: "unverifiable",
    RefusedError: "refused",
    UnsupportedError: "unsupported",
}


def run_drill(plan: Plan, watch: Watch, interrupted: Callable[[], bool] = lambda: False) -> Judgement:
    """Run one drill and judge it.

    Whatever happens, the load is stopped, what the run created is removed, how it ended is on disk, and it is judged.

    Args:
        plan: what to do.
        watch: hears how it goes on.
        interrupted: whether somebody has asked to stop, asked at every mark.

    Raises:
        UsageError: the target cannot be reached; nothing was touched and no run folder is left.
        KeyboardInterrupt: somebody interrupted the drill.
    """
    try:
        _run(plan, watch, interrupted)
    except BaseException:
        if plan.folder.run_json.exists():
            judge_folder(plan.folder.path)
        raise
    watch.phase("judge", "from the evidence on disk")
    return judge_folder(plan.folder.path)


def _run(plan: Plan, watch: Watch, interrupted: Callable[[], bool]) -> None:
    run_id = _run_id(plan)
    with contextlib.ExitStack() as stack:
        stack.callback(store.discard, plan.folder)
        recorder = stack.enter_context(Recorder(plan.folder.history, "drill"))
        watch.phase("open", plan.target)
        target = open_target(
            plan.target,
            run_id=run_id,
            folder=plan.folder.path,
            pace=plan.pace,
            starts_at=plan.starts_at,
            region=plan.region,
            seed=plan.seed,
            on_jump=recorder.jump,
            terms=Terms(plan.config, plan.scenario_name),
        )
        stack.callback(target.close)
        alias = Alias(plan.folder.alias)
        load = open_load(plan, target, alias)
        stack.callback(load.stop)
        keep_invariants(plan.folder, plan.invariants)
        record = Record(plan.folder, first_record(plan, run_id, target))
        clock = StandingClock(target.clock)
        _act_and_clean_up(Drill(plan, run_id, watch, target, recorder, record, alias, load, interrupted, clock))


def _run_id(plan: Plan) -> str:
    """Eight characters that no other run has: from this machine, this process and the run's own folder.

    Before them stands what the configuration adds to all names.
    """
    unique = f"{platform.node()}/{os.getpid()}/{plan.folder.path.resolve()}"
    prefix = plan.config.names.prefix
    return (f"{prefix}-" if prefix else "") + blake2b(unique.encode(), digest_size=4).hexdigest()


def _act_and_clean_up(drill: Drill) -> None:
    ending = Ending(how="interrupted", because="the drill was interrupted")
    try:
        ending = _ending(drill, _act)
    except Exception as error:
        ending = Ending(how="crashed", because=f"{type(error).__name__}: {error}")
        raise
    finally:
        try:
            drill.load.stop()
            drill.record.change(ending=ending, protecting=drill.protecting, history_parts=history_parts(drill.folder))
        finally:
            _clean_up(drill)


def _clean_up(drill: Drill) -> None:
    """Remove what the run created; interrupted again, only write down what is left."""
    drill.watch.phase("clean up", "everything that this run created")
    try:
        drill.record.change(leftovers=clean_up(drill.target, drill.watch.note))
    except KeyboardInterrupt:
        drill.record.change(leftovers=_still_there(drill))
        raise


def _still_there(drill: Drill) -> list[str]:
    """What is left when nobody waits any longer; the embedded machine takes everything with it when it ends."""
    if drill.target.kind is TargetKind.EMBEDDED:
        return []
    try:
        return drill.target.leftovers()
    except DrillError as error:
        return [error.message]


def _act(drill: Drill) -> None:
    check_capabilities(drill)
    kept = prepare(drill)
    warm_up(drill, kept)
    clue = strike(drill)
    recovered = recover(drill, clue, kept)
    if recovered.table is not None:
        put_in_service(drill, recovered.table, clue, kept)
    finish(drill)


def _ending(drill: Drill, act: Callable[[Drill], None]) -> Ending:
    """How a drill ended. Errors of the target that no stage has explained leave nothing to verify."""
    try:
        act(drill)
    except DrillError as error:
        how = next((how for kind, how in ENDINGS.items() if isinstance(error, kind)), None)
        if how is None:
            raise
        return Ending.model_validate({"how": how, "because": error.message})
    except ANSWERED_WRONG as error:
        return Ending(how="unverifiable", because=f"the target stopped answering as it should: {error}")
    return Ending(how="completed", because="the drill came to its end")
