"""The hooks on the one seam that all calls pass: guard, call log and wire form, as botocore's events."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import boto3
from botocore.hooks import BaseEventHooks
from botocore.model import OperationModel

from ..errors import RefusedError
from .call_log import CallLog
from .journal import Journal
from .making import made_in, tagged
from .meter import FREE, Charge, Meter
from .neighbours import NOT_LOGGED, learned
from .operations import ITEM_OPERATIONS, Parameters
from .wire import to_request

if TYPE_CHECKING:
    from ..waits.hearing import Waits

ASKED = "dynadrill"
"""Where a call's own context keeps what was asked, from before it is sent until it is answered."""

DYNAMODB = "dynamodb"


class Asked(NamedTuple):
    """What a call asked for: `made` is the table that it newly takes into the inventory, `charge` what it costs."""

    service: str
    region: str
    operation: str
    parameters: Parameters
    asked_at: float
    made: str | None
    charge: Charge = FREE

    @property
    def logged_as(self) -> str:
        """The operation, with its service where that is not DynamoDB."""
        return self.operation if self.service == DYNAMODB else f"{self.service}:{self.operation}"


class Looking(Protocol):
    """Looks at every call before it is sent, and at what it was answered."""

    def check(self, operation: str, parameters: Parameters) -> str | None:
        """See `Guard.check`."""
        ...

    def answered(self, operation: str, made: str | None, answer: dict[str, Any]) -> None:
        """See `Guard.answered`."""
        ...

    def check_neighbour(self, service: str, operation: str, parameters: Parameters) -> str | None:
        """See `Guard.check_neighbour`."""
        ...

    def answered_by_neighbour(self, service: str, operation: str, answer: dict[str, Any]) -> None:
        """See `Guard.answered_by_neighbour`."""
        ...


class Hooks:
    """What every client of one target has installed.

    Guard and log look at the parameters after everybody who may change them has done so, and at the answer
    after botocore's own retries: one call of the API is one look and one line, however many attempts it took.
    """

    def __init__(self, guard: Looking, log: CallLog | None) -> None:
        self._guard = guard
        self._log = log
        self.sessions: dict[bool, boto3.Session] = {}
        """Where these hooks are installed: the session of clients in wire form, and that of all others."""
        self._installed: set[tuple[int, str]] = set()
        self.meter: Meter | None = None
        """What every call is counted by."""
        self.waits: Waits | None = None
        """Who hears what was answered, since somebody may wait for it."""
        self.journal: Journal | None = None
        """Where it is written down what a call makes, before it is sent."""
        self.tags: Mapping[str, str] = {}
        """What everything that is made, and can carry tags, is tagged with."""

    def install(self, events: BaseEventHooks, service: str) -> None:
        """Register with a session's events, for the clients that it makes afterwards; once for each service."""
        if (id(events), service) in self._installed:
            return
        self._installed.add((id(events), service))
        events.register(f"before-parameter-build.{service}", self.asked)
        events.register(f"after-call.{service}", self.answered)
        events.register(f"after-call-error.{service}", self.unanswered)

    def asked(self, params: dict[str, Any], model: OperationModel, context: dict[str, Any], **_: Any) -> None:
        """Ask, and take items in wire form: botocore wants their binary values as bytes.

        Raises:
            RefusedError: the guard does not let it out.
        """
        if self.ask(params=params, model=model, context=context):
            params.update(to_request(params))

    def ask(self, params: dict[str, Any], model: OperationModel, context: dict[str, Any]) -> bool:
        """Ask the guard, write down what will be made, note when the call was asked; whether it is on items.

        `params` are the call's own keyword arguments, and nobody else's: what is put into them is what is sent.

        Raises:
            RefusedError: the guard does not let it out.
            BudgetError: the run's budget is used up.
        """
        service = model.service_model.service_name
        on_items = service == DYNAMODB and model.name in ITEM_OPERATIONS
        asked_at = self._log.clock.now() if self._log and not on_items else 0.0
        params.update(tagged(service, model.name, params, self.tags))
        asked = Asked(service, str(context.get("client_region", "")), model.name, dict(params), asked_at, None)
        try:
            asked = asked._replace(made=self._let_out(asked))
        except RefusedError:
            self._write(asked, "refused", answered=False)
            raise
        if self.meter is not None:
            asked = asked._replace(charge=self.meter.asking(service, model.name, params))
        if self.journal is not None:
            for thing in made_in(service, model.name, params, asked.region):
                self.journal.making(thing)
        context[ASKED] = asked
        return on_items

    def answered(self, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        """Note what a call was answered."""
        asked: Asked = context[ASKED]
        if self.waits is not None and self._log is not None and asked.logged_as not in ITEM_OPERATIONS:
            self.waits.looked(asked.service, asked.operation, parsed, self._log.clock.now())
        if self.meter is not None and "Error" in parsed:
            self.meter.refused(asked.charge)
        if asked.service == DYNAMODB:
            self._guard.answered(asked.operation, asked.made, parsed)
        else:
            self._guard.answered_by_neighbour(asked.service, asked.operation, parsed)
        if self.journal is not None and "Error" not in parsed:
            for name in learned(asked.service, asked.operation, parsed):
                self.journal.learned(asked.service, asked.region, name)
        outcome = parsed["Error"].get("Code", "error") if "Error" in parsed else "ok"
        self._write(asked, outcome, answered=True)

    def unanswered(self, exception: Exception, context: dict[str, Any], **_: Any) -> None:
        """Note that a call was given up without an answer."""
        self._write(context[ASKED], type(exception).__name__, answered=False)

    def _let_out(self, asked: Asked) -> str | None:
        if asked.service == DYNAMODB:
            return self._guard.check(asked.operation, asked.parameters)
        return self._guard.check_neighbour(asked.service, asked.operation, asked.parameters)

    def _write(self, asked: Asked, outcome: str, *, answered: bool) -> None:
        if self._log and asked.logged_as not in ITEM_OPERATIONS:
            told_at = self._log.clock.now() if answered else None
            parameters = {name: value for name, value in asked.parameters.items() if name not in NOT_LOGGED}
            self._log.write(asked.logged_as, parameters, outcome, asked.asked_at, told_at)
