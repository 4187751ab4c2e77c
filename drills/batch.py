"""What `dynadrill run` does: one drill, or several with seeds one after the other, and what they come to together."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from .errors import UsageError
from .judgement import Judgement
from .notes import Notes
from .output import Output, shown_path
from .plan import Asked, Plan, make_plan
from .quantities import format_duration
from .removal import removal
from .report import to_text
from .report_text import LOOKS, duration, number_of
from .run import Agreed, run_drill
from .signals import noted
from .store import RunFolder, create, discard, read_record
from .terminal import say, screen_of
from .verdict import worst_code
from .watch import Watch


class Surroundings(NamedTuple):
    """What a command is handed from the process it runs in: the time now, a watch for a drill, a place to log."""

    now: Callable[[], float]
    watch: Callable[[], Watch]
    log_to: Callable[[Path], None]
    agreed: Callable[[Callable[[str], None]], Agreed] = lambda _: lambda *_: None
    """What a drill is held to before it makes anything, told of by a function that notes."""


def run_all(asked: Asked, repeat: int, out: Path, output: Output, around: Surroundings) -> int:
    """Run the drill `repeat` times, with the seeds from `asked.seed` on.

    Answers the worst exit code. An error or a signal ends the whole batch; what was done until then is still told.

    Raises:
        DrillError: a drill could not be run, or not to its end.
    """
    if repeat < 1:
        raise UsageError(f"--repeat is {repeat}", "Give a whole number of at least 1.")
    output.check()
    done: list[tuple[Judgement, RunFolder]] = []
    try:
        for seed in range(asked.seed, asked.seed + repeat):
            one = _run_one(replace(asked, seed=seed), out, output, around)
            done.append(one)  # one by one: what is done is told when a later one fails
    finally:
        if output.several and done:
            _say_summary(done, output)
    return worst_code(judgement.exit_code for judgement, _ in done)


def _run_one(asked: Asked, out: Path, output: Output, around: Surroundings) -> tuple[Judgement, RunFolder]:
    plan = make_plan(asked, lambda name, seed: create(out, name, seed, around.now()))
    watch = around.watch()
    notes = Notes(watch.note)
    try:
        judgement = run_drill(plan, watch, noted, agreed=around.agreed(notes))
    except KeyboardInterrupt:
        watch.close()
        _say_interrupted(plan, output)
        raise
    except Exception:
        around.log_to(plan.folder.log)
        raise
    finally:
        watch.close()
        notes.say(quiet=output.quiet)
        discard(plan.folder)
    output.judged(judgement, read_record(plan.folder), plan.folder)
    return judgement, plan.folder


def _say_interrupted(plan: Plan, output: Output) -> None:
    """What was done about it: the drill itself has stopped the load and cleaned up on the way here."""
    if not plan.folder.run_json.exists():
        say("interrupted before anything was made\n", output.stream)
        return
    path = shown_path(plan.folder.path)
    *left, command = removal(read_record(plan.folder), path) or [""]
    cleaned = "but not all of what this run made could be removed" if left else "and what this run made was removed"
    listed = "".join(f"\n    {each}" for each in left) + f"\n  remove it:   {command}"
    say(
        f"interrupted: the users were stopped {cleaned}\n"
        f"  left behind:{listed if left else ' nothing'}\n"
        f"  run folder:  {path}\n"
        f"  `dynadrill judge {path}` says what is known\n",
        output.stream,
    )


def _say_summary(done: list[tuple[Judgement, RunFolder]], output: Output) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("seed", justify="right")
    table.add_column("verdict")
    table.add_column("RPO at most", justify="right")
    table.add_column("RTO", justify="right")
    table.add_column("run folder", overflow="fold")
    for judgement, folder in done:
        look = LOOKS[judgement.verdict]
        table.add_row(
            str(judgement.seed),
            Text(f"{look.sign} {look.word}", style=look.style),
            duration(judgement.rpo.at_most_s),
            duration(judgement.rto.measured_s),
            Text(str(shown_path(folder.path))),
        )
    text = to_text(table, screen_of(output.stream))
    counted = Counter(judgement.verdict.value for judgement, _ in done)
    told = ", ".join(f"{count} {verdict}" for verdict, count in counted.most_common())
    longest = max((judgement.rto.measured_s or 0.0 for judgement, _ in done), default=0.0)
    say(f"\n{text}\n{number_of(len(done), 'run')}: {told}; longest RTO {format_duration(longest)}\n", output.stream)
