"""The time machine: an embedded DynamoDB whose tables have a real past, for one request at a time or many.

Moto's DynamoDB on our own tables: every write goes through one journal into the change log of its table, and every
past state comes out of that log. Machines are independent of each other and of moto's own global state.
"""

import logging
import threading
from collections.abc import Mapping
from email.utils import formatdate
from functools import partial
from itertools import count
from types import MappingProxyType

import orjson
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from .calls import DEFAULT_ACCOUNT, TARGET, Answer, Call, Scope, credential_of, scope_of
from .clock_kind import ClockKind
from .control.routes import control, is_control
from .errors import AwsError, invalid
from .fleet import Fleet
from .greeting import greeting, is_a_visit
from .journal import Journal, MachineClock
from .rights.reading import asked_in
from .rights.rights import key_in
from .services import Service, refused_by, service_of
from .troubles import troubled

__all__ = ["DEFAULT_ACCOUNT", "Answer", "Call", "MachineClock", "ManualClock", "TimeMachine"]

log = logging.getLogger(__name__)


class ManualClock:
    """Target time that stands still until it is moved; safe to use from several threads.

    Args:
        start_at: the first instant, epoch seconds.
    """

    def __init__(self, start_at: float) -> None:
        self._now = start_at
        self._lock = threading.Lock()

    def now(self) -> float:
        """This instant, epoch seconds."""
        return self._now

    def set_forward(self, to_at: float) -> None:
        """Move to an instant; one that has passed changes nothing."""
        with self._lock:
            self._now = max(self._now, to_at)


class TimeMachine:
    """One DynamoDB of all accounts and Regions; safe to use from several threads.

    Args:
        clock: target time.
        seed: durations, identifiers and faults are drawn from it.
        durations: kinds of work whose duration is fixed, in seconds of target time; see `durations.RANGES_S`.
        clock_kind: how its time passes, for whoever asks, and whether the control API may move it.
    """

    def __init__(
        self,
        clock: MachineClock,
        *,
        seed: int = 0,
        durations: Mapping[str, float] = MappingProxyType({}),
        clock_kind: ClockKind = ClockKind.MANUAL,
    ) -> None:
        self.clock = clock
        self.fleet = Fleet(Journal(clock), seed, durations, clock_kind)
        self._request_ids = count(1)

    def respond(self, call: Call) -> Answer:
        """Answer one HTTP request of any service, or of the control API.

        Nothing is raised for a bad request: a refusal is an answer too.
        """
        if is_control(call.path):
            return control(self.fleet, call)
        if is_a_visit(call):
            return greeting(call)
        return self._answer(call, scope_of(credential_of(call)))

    def handle(self, target: str, body: bytes, *, region: str, account: str = DEFAULT_ACCOUNT) -> Answer:
        """Answer one request of the JSON protocol.

        No answer carries a checksum: botocore checks `x-amz-crc32` only where there is one.

        Args:
            target: the `X-Amz-Target` header: `DynamoDB_20120810.PutItem`.
            body: the request's JSON.
            region: which Region it is for.
            account: whose tables it is about.
        """
        return self._answer(Call("POST", "", "/", {TARGET: target}, body), Scope(account, region))

    def reset(self) -> None:
        """Forget every table, backup, fault and outage; the clock stays where it is."""
        self.fleet.reset()

    def _answer(self, call: Call, scope: Scope) -> Answer:
        answer = self._answered(call, scope)
        # Later ones win: what a service says itself stands.
        headers = {
            "Date": formatdate(self.clock.now(), usegmt=True),
            "x-amzn-RequestId": f"{next(self._request_ids):052d}",
            **answer.headers,
        }
        return answer._replace(headers=headers)

    def _answered(self, call: Call, scope: Scope) -> Answer:
        rights = self.fleet.rights
        if not rights:
            return self._served(call, scope)
        asked = asked_in(call, scope)
        try:
            rights.check(key_in(credential_of(call)), asked, self.fleet.neighbours)
        except AwsError as error:
            return _of_service(call, scope).refusal(error)
        answer = self._served(call, scope)
        rights.answered(asked, answer)
        return answer

    def _served(self, call: Call, scope: Scope) -> Answer:
        try:
            service = service_of(call, scope)
        except AwsError as error:
            return refused_by(call, scope).refusal(error)
        if not self.fleet.is_troubled:
            return self._performed(service, scope, call)
        return troubled(self.fleet, service, scope, call, partial(self._performed, service, scope))

    def _performed(self, service: Service, scope: Scope, call: Call) -> Answer:
        try:
            self.fleet.journal.catch_up()
            return service.perform(self.fleet, scope, call)
        except Exception as error:  # noqa: BLE001 - whatever a request makes moto trip over is an answer too
            return service.refusal(_refused(error, service.operation(call)))


def _of_service(call: Call, scope: Scope) -> Service:
    """In whose words a call is refused that nobody was asked to answer."""
    try:
        return service_of(call, scope)
    except AwsError:
        return refused_by(call, scope)


def _refused(error: Exception, operation: str) -> AwsError:
    match error:
        case AwsError():
            return error
        case HTTPException():
            return _motos(error)
        case ServiceException():
            return AwsError(error.code, error.message)
    return _tripped(error, operation)


def _motos(error: HTTPException) -> AwsError:
    """A refusal of moto's, whose description is the answer's whole body."""
    members = orjson.loads(error.description or "{}")
    name = str(members.pop("__type", "")).rpartition("#")[2]
    message = members.pop("message", members.pop("Message", ""))
    return AwsError(name, message, status=error.code or 400, details=members)


def _tripped(error: Exception, operation: str) -> AwsError:
    """What moto stumbles over (it checks little, and raises what Python raises) is a request that AWS refuses.

    What we stumble over ourselves is our defect, and is said to be one.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__", "") if trace is not None else ""
    if module.split(".")[0] == "moto":
        return invalid(f"the request cannot be understood: {type(error).__name__}: {error}")
    log.error("%s failed", operation, exc_info=error)
    return AwsError("InternalServerError", f"{type(error).__name__}: {error}", status=500)
