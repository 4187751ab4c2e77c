"""Requests that meet a fault or a Region that is down.

A request meets at most one fault of those that refuse it or lose its answer, and latency beside it.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from .calls import Answer, Call, Scope
from .errors import AwsError
from .fault_forms import BATCHES
from .faults import Effect, Fault
from .fleet import Fleet
from .outages import HANG_S, OutageMode
from .services import Service
from .throttling import failed, throttled, unavailable
from .unprocessed import MOST, batch_of, merged, split

Perform: TypeAlias = Callable[[Call], Answer]
"""Answers a call as it would be without any trouble; refuses in its answer, and never raises."""

DROPPED: Final = Answer(0, {}, b"", dropped=True)
IN_THE_WAY: Final = (
    Effect.THROTTLE,
    Effect.ERROR_BEFORE,
    Effect.UNAVAILABLE,
    Effect.DROP_BEFORE,
    Effect.ERROR_AFTER,
    Effect.DROP_AFTER,
)


class Meeting(NamedTuple):
    """A call on its way to a service, with what its faults are looked up by."""

    fleet: Fleet
    service: Service
    scope: Scope
    call: Call
    operation: str
    tables: tuple[str, ...]

    def strike(self, *effects: Effect) -> Fault | None:
        """The fault that hits this call, of some effects."""
        return self.fleet.faults.strike(
            *effects,
            service=self.service.name,
            operation=self.operation,
            table=self.tables,
            region=self.scope.region,
        )


def troubled(fleet: Fleet, service: Service, scope: Scope, call: Call, perform: Perform) -> Answer:
    """Answer a call while faults or outages are switched on."""
    mode = fleet.outages.mode(scope.region)
    if mode is not None:
        return _down(service, scope.region, mode)
    met = Meeting(fleet, service, scope, call, service.operation(call), service.tables(call))
    latency = met.strike(Effect.LATENCY)
    answer = _answered(met, perform)
    return answer if latency is None else answer._replace(delay_s=latency.seconds)


def _down(service: Service, region: str, mode: OutageMode) -> Answer:
    match mode:
        case OutageMode.REFUSE:
            return service.refusal(unavailable(f"the Region {region} is down"))
        case OutageMode.DROP:
            return DROPPED
        case OutageMode.HANG:
            return DROPPED._replace(delay_s=HANG_S)


def _answered(met: Meeting, perform: Perform) -> Answer:
    fault = met.strike(*IN_THE_WAY)
    if fault is None:
        return _in_part(met, perform)
    if fault.effect in {Effect.ERROR_AFTER, Effect.DROP_AFTER}:
        perform(met.call)
    if fault.effect in {Effect.DROP_BEFORE, Effect.DROP_AFTER}:
        return DROPPED
    return met.service.refusal(_refusal(met, fault.effect))


def _refusal(met: Meeting, effect: Effect) -> AwsError:
    match effect:
        case Effect.THROTTLE:
            return throttled(met.service.name, met.operation)
        case Effect.UNAVAILABLE:
            return unavailable("the service is unavailable: a fault that was asked for")
    return failed(met.service.name)


def _in_part(met: Meeting, perform: Perform) -> Answer:
    """Carry a call out, a batch only in part where such a fault strikes."""
    if met.operation not in BATCHES or met.strike(Effect.UNPROCESSED) is None:
        return perform(met.call)
    batch = batch_of(met.call)
    if len(batch.requests) == 1:
        # As AWS does when nothing of a batch can be done.
        return met.service.refusal(throttled(met.service.name, met.operation))
    if not 1 < len(batch.requests) <= MOST[met.operation]:
        return perform(met.call)
    halves = split(met.call, batch)
    answer = perform(halves.call)
    return merged(met.operation, answer, halves.left) if answer.status == 200 else answer
