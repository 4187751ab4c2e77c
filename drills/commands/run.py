"""`dynadrill run`."""

import os
import random
import sys
import time
import traceback
from functools import partial
from pathlib import Path

from .. import options
from ..errors import DrillError
from ..masking import masked
from . import Action
from .watching import watch

LARGEST_SEED = 999_999


def run(  # noqa: PLR0913, PLR0917 -- one parameter per option
    scenario: options.ScenarioArgument,
    target: options.Target = None,
    recovery: options.Recovery = None,
    disaster: options.Disaster = None,
    pace: options.Pace = "real",
    items: options.Items = None,
    users: options.Users = None,
    rate: options.Rate = None,
    seed: options.Seed = None,
    to: options.To = "auto",
    notice: options.Notice = None,
    decide: options.Decide = None,
    rpo: options.Rpo = None,
    rto: options.Rto = None,
    max_lost_after: options.MaxLostAfter = None,
    force_cutover: options.ForceCutover = False,  # noqa: FBT002 -- a flag
    invariants: options.Invariants = None,
    show_values: options.ShowValues = False,  # noqa: FBT002 -- a flag
    repeat: options.Repeat = 1,
    yes_spend: options.YesSpend = None,
    out: options.Out = None,
    json: options.Json = None,
    junit: options.Junit = None,
    quiet: options.Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Break a table under load, bring it back, and prove what came back.

    Durations read as 90s, 5m, 4h, 1h30m; times as ISO 8601 with a zone, or epoch seconds with a fraction.
    """

    def action() -> int:
        from .. import batch  # noqa: PLC0415 -- see HEAVY
        from ..config.reading import read_config  # noqa: PLC0415
        from ..output import Output  # noqa: PLC0415
        from ..plan import Asked  # noqa: PLC0415
        from ..planning.agreed import agreed_drill  # noqa: PLC0415

        config = read_config(os.environ, Path.cwd())
        asked = Asked(
            scenario=scenario,
            seed=random.randint(0, LARGEST_SEED) if seed is None else seed,
            target=target or config.defaults.target or "embedded",
            recovery=recovery,
            disaster=disaster,
            pace=pace,
            items=items,
            users=users,
            rate=rate,
            to=to,
            notice=notice,
            decide=decide,
            rpo=rpo,
            rto=rto,
            max_lost_after=max_lost_after,
            force_cutover=force_cutover,
            invariants=tuple(invariants or ()),
            show_values=show_values,
            config=config,
        )
        around = batch.Surroundings(
            time.time, lambda: watch(quiet=quiet), _log_defect, partial(agreed_drill, yes_spend)
        )
        folder = out or config.defaults.out or Path("runs")
        return batch.run_all(asked, repeat, folder, Output(json, junit, quiet, several=repeat > 1), around)

    return action


def _log_defect(log: Path) -> None:
    """Append the traceback of what is being handled to a run's log, and note on it where it is."""
    error = sys.exception()
    if isinstance(error, Exception) and not isinstance(error, DrillError) and log.parent.exists():
        with log.open("a", encoding="utf-8") as lines:
            lines.write(masked("".join(traceback.format_exception(error))))
        error.logged_in = log  # type: ignore[attr-defined]
