"""What `dynadrill sweep` does."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from ..config.model import Config
from ..costs.prices import read_prices
from ..errors import DrillError, UsageError
from ..masking import masked
from ..output import STANDARD_OUTPUT, write_file
from ..quantities import parse_duration
from ..report import to_text
from ..terminal import say, screen_of
from ..verdict import ExitCode
from ..version import VERSION
from ..watch import LineWatch, SilentWatch
from .journals import EMBEDDED, Journalled, journals
from .results import Sweep
from .sweeper import Sweeping, Swept, sweep_target
from .table import table_of

STRANGER = "2h"
"""So long a run of somebody else's is left alone: how long a drill may take."""


@dataclass(frozen=True)
class Wanted:
    """The options as they were given."""

    runs: tuple[Path, ...]
    target: str | None
    regions: tuple[str, ...]
    older_than: str | None
    yes: bool
    out: Path
    json_to: str | None
    quiet: bool
    show_values: bool


def run_sweep(wanted: Wanted, config: Config, now: Callable[[], float], words: TextIO, progress: TextIO) -> int:
    """Find what dead runs have left, remove it where that was asked for, and tell.

    Args:
        wanted: what was asked for.
        config: the person's own.
        now: the wall clock.
        words: standard output.
        progress: standard error: where words go when standard output is JSON.

    Raises:
        DrillError: an option is wrong, or a target cannot be opened.
    """
    older_than_s = None if wanted.older_than is None else parse_duration(wanted.older_than)
    found = journals(wanted.runs, wanted.out)
    targets = _targets(wanted, found)
    if not targets and not wanted.quiet:
        say(f"nothing was looked at: no run below {wanted.out} was on a target that outlives it\n", progress)
    started = datetime.fromtimestamp(int(now()), UTC).strftime("%Y%m%dT%H%M%SZ")
    how = Sweeping(
        config=config,
        prices=read_prices(),
        folder=wanted.out / "sweep" / started,
        regions=wanted.regions,
        removing=wanted.yes,
        journalled=frozenset(each.told.header.run for each in journals((), wanted.out)),
        everywhere=not wanted.runs,
        older_than_s=older_than_s,
        stranger_s=parse_duration(STRANGER),
        watch=SilentWatch() if wanted.quiet else LineWatch(progress, now),
        progress=lambda text: say(f"{masked(text)}\n", progress) if progress.isatty() and not wanted.quiet else None,
    )
    swept = Swept()
    try:
        for name, known in targets.items():
            _sweep_one(name, known, how, swept)
    except KeyboardInterrupt:
        say("interrupted: what had been found until then\n", progress)
        _tell(wanted, _sweep(wanted, swept), words, progress)
        raise
    sweep = _sweep(wanted, swept)
    _tell(wanted, sweep, words, progress)
    return sweep.exit_code


def _targets(wanted: Wanted, found: list[Journalled]) -> Mapping[str, list[Journalled]]:
    """The targets to sweep, each with the runs on it that have a journal here."""
    if wanted.target == EMBEDDED:
        raise UsageError("nothing outlives the embedded target", "Name another --target, or none.")
    chosen = [wanted.target] if wanted.target else sorted({each.target for each in found})
    return {name: [each for each in found if each.target == name] for name in chosen}


def _sweep_one(name: str, known: list[Journalled], how: Sweeping, swept: Swept) -> None:
    """Where several targets are swept, one that cannot be opened does not keep the others from it."""
    try:
        sweep_target(name, known, how, swept)
    except DrillError as error:
        if not known:
            raise
        swept.not_looked.append(f"{name}: {error.message}")


def _sweep(wanted: Wanted, swept: Swept) -> Sweep:
    remaining = [each for run in swept.runs for each in run.remaining]
    return Sweep(
        version=VERSION,
        removing=wanted.yes,
        runs=swept.runs,
        not_looked=swept.not_looked,
        monthly_cost_usd=sum(each.monthly_cost_usd or 0.0 for each in remaining),
        exit_code=ExitCode.LEFTOVERS if remaining or swept.not_looked else ExitCode.PASS,
    )


def _tell(wanted: Wanted, sweep: Sweep, words: TextIO, progress: TextIO) -> None:
    text = sweep.model_dump_json(indent=1)
    told = sweep if wanted.show_values else Sweep.model_validate_json(without_accounts(text, sweep))
    text = told.model_dump_json(indent=1) + "\n"
    if wanted.json_to == STANDARD_OUTPUT:
        say(text, words)
        words = progress
    elif wanted.json_to is not None:
        write_file(Path(wanted.json_to), text)
    if not wanted.quiet:
        say(to_text(table_of(told, _again(wanted)), screen_of(words)), words)


def without_accounts(text: str, sweep: Sweep) -> str:
    """A sweep's JSON without account numbers: in ARNs, and where runs name theirs."""
    for account in {run.account for run in sweep.runs} - {""}:
        text = text.replace(f'"{account}"', f'"…{account[-4:]}"')
    return masked(text)


def _again(wanted: Wanted) -> str:
    options = ["--out", str(wanted.out)] if wanted.out != Path("runs") and not wanted.runs else []
    options += [*(("--target", wanted.target) if wanted.target else ())]
    options += [part for region in wanted.regions for part in ("--region", region)]
    return shlex.join(["dynadrill", "sweep", *map(str, wanted.runs), *options, "--yes"])
