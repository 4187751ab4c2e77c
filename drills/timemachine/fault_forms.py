"""Faults as people write them: as text on a command line, as members of JSON in the control API.

`effect=throttle,operation=PutItem,table=Orders,probability=0.1,times=5` and `{"effect": "throttle", ...}` are one form:
both are read by `fault_of`, and what cannot be right is refused, since a misspelt fault would never strike.
"""

from collections.abc import Callable, Mapping
from functools import cache
from math import isfinite
from typing import Any, Final

from botocore.loaders import Loader

from ..errors import UsageError
from .faults import Effect, Fault
from .regions import check_region

MODELS: Final[Mapping[str, tuple[str, ...]]] = {
    "dynamodb": ("dynamodb", "dynamodbstreams"),
    "backup": ("backup",),
    "s3": ("s3",),
    "kms": ("kms",),
    "ssm": ("ssm",),
    "iam": ("iam",),
    "sts": ("sts",),
}
"""The services that a fault can be about, as signatures name them, and botocore's models of their operations."""

EXPECTED: Final = "Write effect=EFFECT and any of service, operation, table, region, probability, times, seconds."
BATCHES: Final = ("BatchGetItem", "BatchWriteItem")
MOST_SECONDS: Final[Mapping[Effect, float]] = {Effect.LATENCY: 900.0, Effect.BACKUP_SKEW: 60.0}
"""The effects that have a duration, and the longest; all others take none."""


def fault_in(text: str) -> Fault:
    """A fault as a command line has it: `effect=drop-after,operation=PutItem,times=1`.

    Raises:
        UsageError: it is none; says what was found and what was expected.
    """
    members: dict[str, object] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            raise UsageError(f"the fault {text!r} has {part!r} where NAME=VALUE was expected", EXPECTED)
        if name in members:
            raise UsageError(f"the fault {text!r} has {name} twice", "Say it once.")
        members[name] = _number_in(name, value) if name in {"probability", "times", "seconds"} else value
    return fault_of(members)


def fault_of(members: Mapping[str, object]) -> Fault:
    """A fault out of named values.

    Raises:
        UsageError: a name is unknown, a value is wrong, or both together make a fault that would never strike.
    """
    for name in members:
        if name not in READERS:
            raise UsageError(f"a fault has no {name!r}", EXPECTED)
    if "effect" not in members:
        raise UsageError("the fault has no effect", f"Effects are {', '.join(Effect)}.")
    read: dict[str, Any] = {name: READERS[name](name, value) for name, value in members.items() if value is not None}
    fault = Fault(**read)
    _check_seconds(fault)
    _check_operation(fault)
    return fault


def as_members(fault: Fault) -> dict[str, object]:
    """A fault as the control API shows it; `times` is how often it still strikes, None without end."""
    return {
        "number": fault.number,
        "effect": fault.effect,
        "service": fault.service,
        "operation": fault.operation,
        "table": fault.table,
        "region": fault.region,
        "probability": fault.probability,
        "times": fault.times,
        "seconds": fault.seconds,
        "struck": fault.struck,
    }


def _number_in(name: str, text: str) -> float | int:
    try:
        return int(text) if name == "times" else float(text)
    except ValueError:
        raise UsageError(f"{name} of a fault is {text!r}", f"{name} is a number.") from None


def _effect(_name: str, value: object) -> Effect:
    try:
        return Effect(value)  # type: ignore[arg-type]  # what is no text is no effect either
    except ValueError:
        raise UsageError(f"there is no effect {value!r}", f"Effects are {', '.join(Effect)}.") from None


def _service(name: str, value: object) -> str:
    service = _text(name, value)
    if service and service not in MODELS:
        raise UsageError(f"there is no service {service!r} for a fault", f"Services are {', '.join(MODELS)}.")
    return service


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name} of a fault is {value!r}", f"{name} is text; leave it out for any.")
    return value


def _region(name: str, value: object) -> str:
    region = _text(name, value)
    return check_region(region) if region else region


def _probability(name: str, value: object) -> float:
    number = _number(name, value)
    if not 0 < number <= 1:
        raise UsageError(f"{name} of a fault is {number:g}", "A probability is more than 0 and at most 1.")
    return number


def _times(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise UsageError(f"{name} of a fault is {value!r}", "times is a whole number, 1 or more.")
    return value


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise UsageError(f"{name} of a fault is {value!r}", f"{name} is a number.")
    return float(value)


READERS: Final[Mapping[str, Callable[[str, object], object]]] = {
    "effect": _effect,
    "service": _service,
    "operation": _text,
    "table": _text,
    "region": _region,
    "probability": _probability,
    "times": _times,
    "seconds": _number,
}
"""What a fault can be given, and how each is read."""


def _check_seconds(fault: Fault) -> None:
    most = MOST_SECONDS.get(fault.effect)
    if most is None:
        if fault.seconds:
            raise UsageError(
                f"the effect {fault.effect} has no seconds", f"Only {' and '.join(MOST_SECONDS)} take a duration."
            )
    elif not 0 < fault.seconds <= most:
        raise UsageError(
            f"the effect {fault.effect} has {fault.seconds:g} seconds", f"It takes more than 0 and at most {most:g}."
        )


def _check_operation(fault: Fault) -> None:
    if not fault.operation:
        return
    services = (fault.service,) if fault.service else tuple(MODELS)
    if not any(fault.operation in _operations(service) for service in services):
        where = f"of {fault.service}" if fault.service else "of any service here"
        raise UsageError(
            f"{fault.operation!r} is no operation {where}", "Write it as the API reference does, such as PutItem."
        )
    if fault.effect is Effect.UNPROCESSED and fault.operation not in BATCHES:
        raise UsageError(
            f"{fault.operation} leaves nothing unprocessed", f"The effect unprocessed is for {' and '.join(BATCHES)}."
        )


@cache
def _operations(service: str) -> frozenset[str]:
    models = [Loader().load_service_model(model, "service-2") for model in MODELS[service]]
    return frozenset(operation for model in models for operation in model["operations"])
