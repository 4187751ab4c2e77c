"""Sweeping one target: which runs have anything there, which of them are dead, and what is done about those."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from ..config.model import Config
from ..costs.prices import Prices
from ..errors import DrillError
from ..target import Target
from ..targets.cleaning import clean_up
from ..targets.open import open_target
from ..targets.remote import mend
from ..targets.terms import Known, Terms
from ..waits.hearing import Waits
from ..watch import Watch
from .describing import describe
from .journals import Journalled
from .results import Left, State, SweptRun
from .strays import runs_seen

VIEWER = "sweep"
"""In place of a run's id, for looking around: no run has it."""


@dataclass(frozen=True)
class Sweeping:
    """How to sweep: what is asked for, and what it goes by.

    `older_than_s` is None where nobody said: then dead runs of this machine go whatever their age, and those that
    nobody here knows after `stranger_s`. `journalled` are all runs with a journal here: one that is on another target
    is swept there, or lives there. `everywhere` is False where only the runs with the given journals are meant.
    """

    config: Config
    prices: Prices
    folder: Path
    regions: tuple[str, ...]
    removing: bool
    journalled: frozenset[str]
    everywhere: bool
    older_than_s: float | None
    stranger_s: float
    progress: Callable[[str], None]
    watch: Watch


@dataclass
class Swept:
    """What came of one target."""

    runs: list[SweptRun] = field(default_factory=list)
    not_looked: list[str] = field(default_factory=list)


def sweep_target(name: str, known: Sequence[Journalled], how: Sweeping, swept: Swept) -> None:
    """Sweep one target; what is found is told as it is found, so that an interrupt loses nothing.

    Args:
        name: as `--target` has it.
        known: the runs on it that have a journal here.
        how: what is asked for.
        swept: is added to.

    Raises:
        DrillError: the target cannot be opened.
    """
    if how.removing:
        for each in known:
            if each.told.troubles and not each.lives:
                _mend(name, each, swept)
    with _opened(name, VIEWER, Known(), how) as viewer:
        here = [each for each in known if _same_place(each, viewer, swept)]
        regions = sorted({viewer.region, *how.regions, *(region for each in here for _, region in each.told.places)})
        by_run = {each.told.header.run: each for each in here}
        for run, places in sorted(_seen(viewer, regions, swept).items()):
            if run in by_run or (how.everywhere and run not in how.journalled):
                journalled = by_run.get(run)
                _sweep_run(name, run, journalled, _known_of(journalled, places), how, swept)


def _same_place(journalled: Journalled, viewer: Target, swept: Swept) -> bool:
    """Whether what answers is what the run was on; elsewhere nothing of it would be found, and that proves nothing."""
    header = journalled.told.header
    if (header.target, header.account) == (viewer.name, viewer.account):
        return True
    if journalled.told.things and not journalled.lives:
        whose = "another account" if header.target == viewer.name else viewer.name
        swept.not_looked.append(
            f"run {header.run} was on {header.target}, and the environment leads to {whose}: see AWS_ENDPOINT_URL and"
            " AWS_PROFILE"
        )
    return False


def _seen(viewer: Target, regions: Sequence[str], swept: Swept) -> dict[str, set[tuple[str, str]]]:
    """The runs that have anything in some Regions, and in which services and Regions."""
    seen: dict[str, set[tuple[str, str]]] = {}
    for region in regions:
        try:
            for run, service in runs_seen(viewer, region):
                seen.setdefault(run, set()).add((service, region))
        except (ClientError, BotoCoreError, DrillError) as error:
            swept.not_looked.append(f"{region} of {viewer.name}: {error}")
    return seen


def _mend(name: str, dead: Journalled, swept: Swept) -> None:
    """Put right what a dead run made go wrong: in a Region that it took down nothing can be seen."""
    header = dead.told.header
    try:
        mend(name, header.target, dead.told.troubles)
    except DrillError as error:
        swept.not_looked.append(f"what run {header.run} made go wrong: {error.message}")


def _sweep_run(  # noqa: PLR0913, PLR0917 - one run, and all that is known of it
    name: str,
    run: str,
    journalled: Journalled | None,
    known: Known,
    how: Sweeping,
    swept: Swept,
) -> None:
    with _opened(name, run, known, how) as target:
        try:
            left = _left(target, how.prices)
        except DrillError as error:
            swept.not_looked.append(f"run {run} on {target.name}: {error.message}")
            return
        found = SweptRun(
            run=run,
            target=target.name,
            account=target.account,
            state=_state(journalled, left, how),
            folder=str(journalled.path.parent) if journalled else "",
            left=list(left.values()),
        )
        swept.runs.append(found)
        if how.removing and found.state == "dead" and left:
            swept.runs[-1] = found.model_copy(update={"left": _removed(target, left, how)})


def _left(target: Target, prices: Prices) -> dict[str, Left]:
    names = target.leftovers()
    vaults = [name for name in names if ":backup-vault:" in name]
    return {name: describe(target, name, vaults, prices) for name in names}


def _state(journalled: Journalled | None, left: dict[str, Left], how: Sweeping) -> State:
    if journalled is not None and journalled.lives:
        return "running"
    older_than_s = how.older_than_s if how.older_than_s is not None else 0.0 if journalled else how.stranger_s
    ages = [each.age_s for each in left.values() if each.age_s is not None]
    # Of unknown age is of no age: whoever cannot say how old it is may be at work on it.
    return "dead" if older_than_s <= 0 or (ages and min(ages) >= older_than_s) else "young"


def _removed(target: Target, left: dict[str, Left], how: Sweeping) -> list[Left]:
    """What came of each thing; what only turned up meanwhile stands with the rest."""
    reasons = dict(_reason(text) for text in clean_up(target, how.progress))
    try:
        still = target.leftovers()
    except DrillError:
        still = list({*left, *reasons})
    for name in [*still, *reasons]:
        if name not in left:
            left[name] = describe(target, name, [], how.prices) if name in still else _unknown(target, name)
    return [
        each.model_copy(update={"removed": name not in still and name not in reasons, "why": reasons.get(name, "")})
        for name, each in left.items()
    ]


def _reason(text: str) -> tuple[str, str]:
    """What `clean_up` says of a thing: `NAME: why`; a name may hold colons, but no space."""
    name, _, why = text.partition(": ")
    return name, why


def _unknown(target: Target, name: str) -> Left:
    return Left(kind="?", region=target.region, name=name, made_at=None, bytes_=None, monthly_cost_usd=None)


def _known_of(journalled: Journalled | None, places: set[tuple[str, str]]) -> Known:
    """What a target has to know of a run to find and remove all that is its own.

    Tables are looked for in each of its Regions: a job of another service may still make one.
    """
    told = journalled.told if journalled else None
    found = places | set(told.places if told else ())
    return Known(
        names=told.names if told else frozenset(),
        by_prefix=True,
        places=frozenset(found | {("dynamodb", region) for _, region in found}),
    )


@contextmanager
def _opened(name: str, run: str, known: Known, how: Sweeping) -> Iterator[Target]:
    target = open_target(
        name,
        run_id=run,
        folder=how.folder / run,
        pace="virtual",
        starts_at=0.0,
        seed=0,
        on_jump=lambda *_: None,
        terms=Terms(how.config, known=known, writes=False, waits=Waits(how.watch)),
    )
    try:
        yield target
    finally:
        target.close()
