"""Requests that meet a fault or a Region that is down."""

from .backend import Fleet
from .calls import Answer, Call, Scope
from .errors import AwsError
from .faults import Effect
from .services import Service


def troubled(fleet: Fleet, service: Service, scope: Scope, call: Call) -> Answer:
    """Answer a call while faults or outages are switched on.

    Raises:
        AwsError: the fault, or the call's own refusal.
    """
    if scope.region in fleet.outages:
        raise AwsError("ServiceUnavailable", f"the Region {scope.region} is down", status=503)
    where = {
        "service": service.name,
        "operation": service.operation(call),
        "table": next(iter(service.tables(call)), ""),
        "region": scope.region,
    }
    if fleet.faults.strike(Effect.THROTTLE, **where):
        raise AwsError("ThrottlingException", "Rate exceeded")
    if fleet.faults.strike(Effect.ERROR_BEFORE, **where):
        raise AwsError("InternalServerError", "a fault that was asked for", status=500)
    return service.perform(fleet, scope, call)
