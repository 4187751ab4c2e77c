"""Drills that tests are marked with: one for each set of options, shared by the tests that ask for the same."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from . import store
from .errors import UsageError
from .essentials import essentials_of, in_plain
from .judgement import Judgement
from .plan import Asked, make_plan
from .planning.agreed import agreed_drill
from .report import render
from .run import run_drill
from .store import read_record
from .verdict import Outcome
from .watch import SilentWatch

OPTIONS = frozenset(field.name for field in fields(Asked)) - {"scenario"}
BY_DEFAULT: Mapping[str, Any] = {"pace": "virtual", "items": 500, "rate": 5.0, "seed": 0}
"""A drill of about two seconds, the same each time; in real pace the scenario's own size holds."""
EXAMPLE = 'Write it as @pytest.mark.drill("bad_batch_delete", rpo="5m").'


@dataclass(frozen=True)
class MarkedDrill:
    """A drill that was run for tests.

    `why_not` is empty where it ended as it should, else what has to be known of it.
    """

    judgement: Judgement
    folder: Path
    report: str
    why_not: str = ""


Kept = dict[Asked, MarkedDrill]
"""The drills that a run of pytest has run, by their options."""


def run_marked(
    args: tuple[Any, ...], options: Mapping[str, Any], kept: Kept, root: Path, folder: Callable[[], Path]
) -> MarkedDrill:
    """Run a drill, unless one with the same options was.

    Args:
        args: the marker's: the scenario's name, or its file, from the root of the tests.
        options: the marker's: `verdict`, and those of `dynadrill run`.
        kept: the drills that were run.
        root: where relative paths begin.
        folder: makes a folder for the run.

    Raises:
        UsageError: the marker says what there is not.
    """
    asked, wanted = _read(args, options, root)
    if asked not in kept:
        kept[asked] = _run(asked, folder())
    done = kept[asked]
    judgement = done.judgement
    ended = judgement.verdict is wanted and (wanted is not Outcome.PASS or judgement.exit_code == 0)
    return done if ended else replace(done, why_not=_why_not(judgement, wanted, done.folder))


def _read(args: tuple[Any, ...], options: Mapping[str, Any], root: Path) -> tuple[Asked, Outcome]:
    if len(args) != 1 or not isinstance(args[0], str):
        raise UsageError("the marker drill takes one scenario, and options by name", EXAMPLE)
    for name in options:
        if name not in OPTIONS | {"verdict"}:
            near = difflib.get_close_matches(name, OPTIONS, n=1)
            meant = f"Did you mean {near[0]}? " if near else ""
            raise UsageError(
                f"the marker drill has no option {name}", f"{meant}There are: {', '.join(sorted(OPTIONS))}."
            )
    asked = dict(options)
    verdict = asked.pop("verdict", Outcome.PASS.value)
    if verdict not in list(Outcome):
        raise UsageError(f"{verdict!r} is no verdict", f"Write one of {', '.join(Outcome)}.")
    scenario = str(root / args[0]) if args[0].endswith(".py") else args[0]
    asked["invariants"] = tuple(str(root / path) for path in asked.get("invariants", ()))
    by_default = {"seed": 0} if asked.get("pace") == "real" else BY_DEFAULT
    return Asked(scenario=scenario, **{**by_default, **asked}), Outcome(verdict)


def _run(asked: Asked, out: Path) -> MarkedDrill:
    # The time in a folder's name is for people who look for a run; this one is pytest's to name.
    plan = make_plan(asked, lambda name, seed: store.create(out, name, seed, 0.0))
    watch = SilentWatch()
    judgement = run_drill(plan, watch, agreed=agreed_drill(None, watch.note))  # on AWS nobody agreed to what it costs
    folder = plan.folder.path
    report = render(judgement, read_record(plan.folder), folder)
    return MarkedDrill(judgement, folder, report)


def _why_not(judgement: Judgement, wanted: Outcome, folder: Path) -> str:
    head = f"the drill ended as {judgement.verdict}, where {wanted} was expected"
    return f"{head}\n{in_plain(essentials_of(judgement))}  run folder: {folder}\n  dynadrill judge {folder}"
