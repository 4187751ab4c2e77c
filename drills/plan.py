"""The plan of one drill: what the options asked for, checked and resolved before anything is touched."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from .catalog import Kind, load, load_scenario, name_of, names
from .config.model import Config
from .disaster import Disaster
from .errors import UsageError
from .invariant_files import OWN, read_invariants
from .invariants.invariant import Invariant
from .promise import Method
from .quantities import Auto, RestorePoint, parse_duration, parse_to
from .recovery import Recovery
from .scenario import InRegion, Objectives, Scenario
from .store import RunFolder

Pace = Literal["real", "virtual"]

CHOOSES_ITS_POINT = frozenset({Method.POINT_IN_TIME, Method.EXPORT, Method.STREAM})
"""The methods that can be asked for any second of a window."""

LARGEST = 2**53
"""The largest number that every reader of JSON understands."""

LONGEST_S = 366 * 86400.0
"""The longest that a drill may wait for people: no window of DynamoDB's reaches that far back."""
Value = TypeVar("Value")


@dataclass(frozen=True)
class Asked:
    """The options of `dynadrill run` as they were typed; None where the scenario decides.

    `rate` is in operations per second of target time, of all users together; `seed` is drawn by whoever asks.
    """

    scenario: str
    seed: int
    target: str = "embedded"
    recovery: str | None = None
    disaster: str | None = None
    pace: str = "real"
    items: int | None = None
    users: int | None = None
    rate: float | None = None
    to: str = "auto"
    notice: str | None = None
    decide: str | None = None
    rpo: str | None = None
    rto: str | None = None
    max_lost_after: int | None = None
    force_cutover: bool = False
    invariants: tuple[str, ...] = ()
    show_values: bool = False
    config: Config = field(default_factory=Config, hash=False)
    warm_up_s: float = 0.0
    """How long users work before the strike at least, where that is longer than the scenario has it."""


@dataclass(frozen=True)
class Plan:
    """One drill, ready to run: every name resolved, every number checked."""

    scenario_name: str
    scenario: Scenario
    disaster_name: str
    disaster: Disaster
    recovery_name: str
    recovery: Recovery
    target: str
    """As it was typed; whether it can be reached is for `targets.open` to say."""
    pace: Pace
    seed: int
    items: int
    users: int
    rate_per_s: float
    starts_at: float
    region: str | None
    """The home Region of the story; None where it has none."""
    notice_s: float
    decide_s: float
    to: RestorePoint
    objectives: Objectives
    force_cutover: bool
    folder: RunFolder
    validators: tuple[str, ...] = ()
    """The names of the scenario's, and of what the options add to them."""
    invariants: tuple[Invariant, ...] = ()
    show_values: bool = False
    config: Config = field(default_factory=Config)
    """The person's own."""
    warm_up_s: float = 0.0


def make_plan(asked: Asked, make_folder: Callable[[str, int], RunFolder]) -> Plan:
    """Check and resolve what was asked for.

    Args:
        asked: the options.
        make_folder: makes the run's folder for a scenario's name and a seed; called last, when nothing else is wrong.

    Raises:
        UsageError: an option is wrong. Nothing has been touched.
    """
    name, scenario = load_scenario(asked.scenario)
    recovery = load(Kind.RECOVERY, asked.recovery) if asked.recovery else scenario.recovery
    disaster = load(Kind.DISASTER, asked.disaster) if asked.disaster else scenario.disaster
    workload = scenario.workload
    recovery_name = asked.recovery or name_of(recovery, Kind.RECOVERY)
    invariants = read_invariants(scenario, asked.scenario, asked.invariants)
    validators = _check_validators(scenario)
    if invariants and OWN not in validators:
        validators.append(OWN)
    return Plan(
        scenario_name=name,
        scenario=scenario,
        disaster_name=asked.disaster or name_of(disaster, Kind.DISASTER),
        disaster=disaster,
        recovery_name=recovery_name,
        recovery=recovery,
        target=asked.target,
        pace=_pace(asked.pace),
        seed=_whole("seed", asked.seed, at_least=0),
        items=_whole("items", _chosen(asked.items, scenario.items), at_least=1),
        users=_whole("users", _chosen(asked.users, workload.users), at_least=1),
        rate_per_s=_rate(_chosen(asked.rate, workload.rate_per_s)),
        starts_at=scenario.starts_at,
        region=scenario.region if isinstance(scenario, InRegion) else None,
        notice_s=_seconds("notice", asked.notice, scenario.notice_s),
        decide_s=_seconds("decide", asked.decide, scenario.decide_s),
        to=_to(asked.to, recovery, recovery_name),
        objectives=_objectives(asked, scenario.objectives),
        force_cutover=asked.force_cutover,
        validators=tuple(validators),
        invariants=invariants,
        show_values=asked.show_values,
        config=asked.config,
        warm_up_s=asked.warm_up_s,
        folder=make_folder(name, asked.seed),  # last: by now nothing can be wrong
    )


def _check_validators(scenario: Scenario) -> list[str]:
    """Judging a stored run loads its validators by name, so they have to be the catalog's, each once.

    A person's own invariants are the exception: their files are kept with the run.
    """
    named = [name_of(validator, Kind.VALIDATOR) for validator in scenario.validators]
    for name, validator in zip(named, scenario.validators, strict=True):
        known = name in names(Kind.VALIDATOR) and (name == OWN or load(Kind.VALIDATOR, name) == validator)
        if named.count(name) > 1 or not known:
            raise UsageError(
                f"the scenario's validator {name} is not the catalog's, or is named twice",
                "Put it into validators/ with its knobs as defaults, so that a stored run can be judged again.",
            )
    return named


def _chosen(asked: Value | None, otherwise: Value) -> Value:
    return otherwise if asked is None else asked


def _pace(text: str) -> Pace:
    match text:
        case "real" | "virtual":
            return text
    raise UsageError(f"--pace {text!r} is no pace", "Write real (the users work at the clock's pace) or virtual.")


def _whole(option: str, number: int, *, at_least: int) -> int:
    if not at_least <= number <= LARGEST:
        raise UsageError(f"--{option} is {number}", f"Give a whole number from {at_least} to {LARGEST}.")
    return number


def _rate(rate: float) -> float:
    if not math.isfinite(rate) or rate <= 0:
        raise UsageError(
            f"--rate is {rate:g}", "Give operations per second, more than 0: without any nothing is shown."
        )
    return rate


def _seconds(option: str, asked: str | None, otherwise: float) -> float:
    seconds = otherwise if asked is None else _duration(option, asked)
    if not 0 <= seconds <= LONGEST_S:
        raise UsageError(f"--{option} is {seconds:g} s", "Give a duration from 0s to 366d.")
    return seconds


def _duration(option: str, text: str) -> float:
    try:
        return parse_duration(text)
    except UsageError as error:
        raise UsageError(f"--{option}: {error.message}", error.hint) from error


def _to(text: str, recovery: Recovery, recovery_name: str) -> RestorePoint:
    try:
        point = parse_to(text)
    except UsageError as error:
        raise UsageError(f"--to: {error.message}", error.hint) from error
    if not isinstance(point, Auto) and recovery.method not in CHOOSES_ITS_POINT:
        raise UsageError(
            f"--to {text}: recovery {recovery_name} cannot choose its point",
            "Leave --to out, or recover with --recovery point_in_time.",
        )
    return point


def _objectives(asked: Asked, otherwise: Objectives) -> Objectives:
    lost = _chosen(asked.max_lost_after, otherwise.max_lost_after)
    return Objectives(
        rpo_s=_duration("rpo", asked.rpo) if asked.rpo is not None else otherwise.rpo_s,
        rto_s=_duration("rto", asked.rto) if asked.rto is not None else otherwise.rto_s,
        max_lost_after=None if lost is None else _whole("max-lost-after", lost, at_least=0),
    )
