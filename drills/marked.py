"""Drills that tests are marked with: one for each set of options, shared by the tests that ask for the same."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from math import inf, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from . import store
from .config.model import Config
from .costs.agreement import NotAgreedError
from .errors import UsageError
from .essentials import essentials_of, in_plain
from .judgement import Judgement
from .plan import Asked, Plan, make_plan
from .planning.agreed import agreed_drill
from .report import render
from .run import run_drill
from .store import read_record
from .target import Target
from .verdict import Outcome
from .watch import SilentWatch

if TYPE_CHECKING:
    from .targets.meter import Budget

OPTIONS = frozenset(field.name for field in fields(Asked)) - {"scenario", "config"}
BESIDES = frozenset({"verdict", "yes_spend"})
"""What a marker says that is no option of the drill itself."""
BY_DEFAULT: Mapping[str, Any] = {"pace": "virtual", "items": 500, "rate": 5.0, "seed": 0}
"""A drill of about two seconds, the same each time; in real pace the scenario's own size holds."""
YES_SPEND = "--drill-yes-spend"
"""pytest's option that says it for all markers."""
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


class Marked(NamedTuple):
    """What a marker says. `yes_spend_usd` is what it may cost on AWS, None where nobody agreed to anything."""

    asked: Asked
    wanted: Outcome
    yes_spend_usd: float | None


@dataclass(frozen=True)
class Session:
    """One run of pytest: where relative paths begin, the configuration there, and the drills that were run.

    `yes_spend_usd` is agreed to for each drill whose marker says nothing of it.
    """

    root: Path
    config: Config = field(default_factory=Config)
    yes_spend_usd: float | None = None
    kept: dict[tuple[Asked, float | None], MarkedDrill] = field(default_factory=dict)


def run_marked(
    args: tuple[Any, ...], options: Mapping[str, Any], session: Session, folder: Callable[[], Path]
) -> MarkedDrill:
    """Run a drill, unless one with the same options was.

    Args:
        args: the marker's: the scenario's name, or its file, from the root of the tests.
        options: the marker's: `verdict`, `yes_spend`, and those of `dynadrill run`.
        session: the run of pytest.
        folder: makes a folder for the run.

    Raises:
        UsageError: the marker says what there is not, or nobody agreed to what the drill costs: nothing was made.
    """
    asked, wanted, yes_spend_usd = _read(args, options, session)
    if (asked, yes_spend_usd) not in session.kept:
        session.kept[asked, yes_spend_usd] = _run(asked, yes_spend_usd, folder())
    done = session.kept[asked, yes_spend_usd]
    judgement = done.judgement
    ended = judgement.verdict is wanted and (wanted is not Outcome.PASS or judgement.exit_code == 0)
    return done if ended else replace(done, why_not=_why_not(judgement, wanted, done.folder))


def _read(args: tuple[Any, ...], options: Mapping[str, Any], session: Session) -> Marked:
    if len(args) != 1 or not isinstance(args[0], str):
        raise UsageError("the marker drill takes one scenario, and options by name", EXAMPLE)
    for name in options:
        if name not in OPTIONS | BESIDES:
            near = difflib.get_close_matches(name, OPTIONS | BESIDES, n=1)
            meant = f"Did you mean {near[0]}? " if near else ""
            raise UsageError(
                f"the marker drill has no option {name}", f"{meant}There are: {', '.join(sorted(OPTIONS | BESIDES))}."
            )
    asked = dict(options)
    verdict = asked.pop("verdict", Outcome.PASS.value)
    if verdict not in list(Outcome):
        raise UsageError(f"{verdict!r} is no verdict", f"Write one of {', '.join(Outcome)}.")
    yes_spend_usd = agreed_to(asked.pop("yes_spend", session.yes_spend_usd), "yes_spend")
    root = session.root
    scenario = str(root / args[0]) if args[0].endswith(".py") else args[0]
    asked["invariants"] = tuple(str(root / path) for path in asked.get("invariants", ()))
    by_default = {"seed": 0} if asked.get("pace") == "real" else BY_DEFAULT
    drill = Asked(scenario=scenario, config=session.config, **{**by_default, **asked})
    return Marked(drill, Outcome(verdict), yes_spend_usd)


def agreed_to(usd: Any, name: str) -> float | None:
    """What somebody agreed to spend, read.

    Args:
        usd: US dollars, as a number or as text; None for nothing.
        name: where it was said.

    Raises:
        UsageError: it is no amount.
    """
    if usd is None:
        return None
    try:
        found = float(usd)
    except (TypeError, ValueError):
        found = nan
    if isinstance(usd, bool) or not 0 <= found < inf:
        raise UsageError(f"{name} is {usd!r}", "Give US dollars as a number, such as 2.50.")
    return found


def _run(asked: Asked, yes_spend_usd: float | None, out: Path) -> MarkedDrill:
    # The time in a folder's name is for people who look for a run; this one is pytest's to name.
    plan = make_plan(asked, lambda name, seed: store.create(out, name, seed, 0.0))
    watch = SilentWatch()
    hold = agreed_drill(yes_spend_usd, watch.note)
    refusals: list[NotAgreedError] = []

    def agreed(plan: Plan, target: Target) -> "Budget | None":
        try:
            return hold(plan, target)
        except NotAgreedError as error:
            refusals.append(error)
            raise

    judgement = run_drill(plan, watch, agreed=agreed)
    for refusal in refusals:
        raise _not_agreed(refusal) from refusal
    folder = plan.folder.path
    report = render(judgement, read_record(plan.folder), folder)
    return MarkedDrill(judgement, folder, report)


def _not_agreed(refusal: NotAgreedError) -> UsageError:
    if refusal.enough_usd is None:
        return UsageError(refusal.message, refusal.hint)
    enough = f"{refusal.enough_usd:.4f}"
    return UsageError(
        f"{refusal.message}: nothing was made",
        f"Write yes_spend={enough}, or more, into the marker, or say `pytest {YES_SPEND} {enough}`.",
    )


def _why_not(judgement: Judgement, wanted: Outcome, folder: Path) -> str:
    head = f"the drill ended as {judgement.verdict}, where {wanted} was expected"
    return f"{head}\n{in_plain(essentials_of(judgement))}  run folder: {folder}\n  dynadrill judge {folder}"
