"""One drill from its plan to its verdict: act, keep the evidence, clean up, and only then judge."""

import contextlib
from collections.abc import Callable

from . import store
from .alias import Alias
from .drill import Drill, Record, first_record
from .endings import ending_of
from .invariant_files import keep_invariants
from .judgement import Judgement
from .load.controller import open_load
from .plan import Plan
from .recorder import Recorder
from .recovering import finish, put_in_service, recover
from .runrecord import Ending
from .stages import check_capabilities, prepare, strike, warm_up
from .standing import StandingClock
from .stored import history_parts, judge_folder
from .target import Target
from .targets.cleaning import clean_up, still_there
from .targets.meter import Budget, Meter
from .targets.open import Opening, open_target
from .targets.terms import Terms
from .waits.hearing import Waits
from .watch import Watch

Agreed = Callable[[Plan, Target], Budget | None]
"""What a drill is held to before it makes anything; see `run_drill`."""


def run_drill(
    plan: Plan,
    watch: Watch,
    interrupted: Callable[[], bool] = lambda: False,
    *,
    opening: Opening | None = None,
    agreed: Agreed = lambda *_: None,
) -> Judgement:
    """Run one drill and judge it.

    Whatever happens, the load is stopped, what the run created is removed, how it ended is on disk, and it is judged.

    Args:
        plan: what to do.
        watch: hears how it goes on.
        interrupted: whether somebody has asked to stop, asked at every mark.
        opening: what opens the target; `open_target` if None.
        agreed: answers the drill's budget, None for none; raises RefusedError where it may not be done there, or costs
            more than somebody agreed to.

    Raises:
        UsageError: the target cannot be reached; nothing was touched and no run folder is left.
        KeyboardInterrupt: somebody interrupted the drill.
    """
    try:
        _run(plan, watch, interrupted, opening or open_target, agreed)
    except BaseException:
        if plan.folder.run_json.exists():
            judge_folder(plan.folder.path)
        raise
    watch.phase("judge", "from the evidence on disk")
    return judge_folder(plan.folder.path)


def _run(
    plan: Plan,
    watch: Watch,
    interrupted: Callable[[], bool],
    opening: Opening,
    agreed: Agreed,
) -> None:
    run_id = store.run_id(plan.folder.path, plan.config.names.prefix)
    with contextlib.ExitStack() as stack:
        stack.callback(store.discard, plan.folder)
        recorder = stack.enter_context(Recorder(plan.folder.history, "drill"))
        watch.phase("open", plan.target)
        meter = Meter(plan.folder.spent)
        target = opening(
            plan.target,
            run_id=run_id,
            folder=plan.folder.path,
            pace=plan.pace,
            starts_at=plan.starts_at,
            region=plan.region,
            seed=plan.seed,
            on_jump=recorder.jump,
            terms=Terms(plan.config, plan.scenario_name, meter=meter, waits=Waits(watch, plan.folder.path)),
        )
        stack.callback(target.close)
        alias = Alias(plan.folder.alias)
        load = open_load(plan, target, alias)
        stack.callback(load.stop)
        keep_invariants(plan.folder, plan.invariants)
        record = Record(plan.folder, first_record(plan, run_id, target))
        clock = StandingClock(target.clock)
        drill = Drill(plan, run_id, watch, target, recorder, record, alias, load, interrupted, clock)
        _act_and_clean_up(drill, agreed, meter)


def _act_and_clean_up(drill: Drill, agreed: Agreed, meter: Meter) -> None:
    ending = Ending(how="interrupted", because="the drill was interrupted")
    try:
        ending = ending_of(lambda: _act(drill, agreed, meter), "the drill came to its end")
    except Exception as error:
        ending = Ending(how="crashed", because=f"{type(error).__name__}: {error}")
        raise
    finally:
        try:
            drill.load.stop()
            drill.record.change(ending=ending, protecting=drill.protecting, history_parts=history_parts(drill.folder))
        finally:
            meter.lift()
            _clean_up(drill)


def _clean_up(drill: Drill) -> None:
    """Remove what the run created; interrupted again, only write down what is left."""
    drill.watch.phase("clean up", "everything that this run created")
    try:
        drill.record.change(leftovers=clean_up(drill.target, drill.watch.note), cleaned_up=True)
    except KeyboardInterrupt:
        drill.record.change(leftovers=still_there(drill.target), cleaned_up=True)
        raise


def _act(drill: Drill, agreed: Agreed, meter: Meter) -> None:
    check_capabilities(drill)
    if budget := agreed(drill.plan, drill.target):
        meter.begin(budget, drill.clock.now)
    kept = prepare(drill)
    warm_up(drill, kept)
    clue = strike(drill)
    recovered = recover(drill, clue, kept)
    if recovered.table is not None:
        put_in_service(drill, recovered.table, clue, kept)
    finish(drill, kept)
