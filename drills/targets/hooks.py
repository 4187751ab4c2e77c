"""The hooks on the one seam that all calls pass: guard, call log and wire form, as botocore's events."""

from typing import Any, Protocol

from botocore.hooks import BaseEventHooks
from botocore.model import OperationModel

from ..errors import RefusedError
from .call_log import CallLog
from .operations import ITEM_OPERATIONS, Parameters
from .wire import to_request

ASKED = "dynadrill"
"""Where a call's own context keeps what was asked, from before it is sent until it is answered."""


class Looking(Protocol):
    """Looks at every call before it is sent, and at what it was answered."""

    def check(self, operation: str, parameters: Parameters) -> str | None:
        """See `Guard.check`."""
        ...

    def answered(self, operation: str, made: str | None, answer: dict[str, Any]) -> None:
        """See `Guard.answered`."""
        ...


class Hooks:
    """What every client of one target has installed.

    Guard and log look at the parameters after everybody who may change them has done so, and at the answer
    after botocore's own retries: one call of the API is one look and one line, however many attempts it took.
    """

    def __init__(self, guard: Looking, log: CallLog | None) -> None:
        self._guard = guard
        self._log = log

    def install(self, events: BaseEventHooks, service: str) -> None:
        """Register with a session's events, for the clients that it makes afterwards."""
        events.register(f"before-parameter-build.{service}", self.asked)
        events.register(f"after-call.{service}", self.answered)
        events.register(f"after-call-error.{service}", self.unanswered)

    def asked(self, params: dict[str, Any], model: OperationModel, context: dict[str, Any], **_: Any) -> None:
        """Ask the guard, note when the call was asked, and take items in wire form.

        `params` are the call's own keyword arguments, and nobody else's: what is put into them is what is sent.

        Raises:
            RefusedError: the guard does not let it out.
        """
        on_items = model.name in ITEM_OPERATIONS
        asked_at = self._log.clock.now() if self._log and not on_items else 0.0
        try:
            made = self._guard.check(model.name, params)
        except RefusedError:
            self._write(model.name, params, "refused", asked_at, answered=False)
            raise
        context[ASKED] = (model.name, dict(params), asked_at, made)
        if on_items:
            params.update(to_request(params))

    def answered(self, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        """Note what a call was answered."""
        operation, parameters, asked_at, made = context[ASKED]
        self._guard.answered(operation, made, parsed)
        outcome = parsed["Error"].get("Code", "error") if "Error" in parsed else "ok"
        self._write(operation, parameters, outcome, asked_at, answered=True)

    def unanswered(self, exception: Exception, context: dict[str, Any], **_: Any) -> None:
        """Note that a call was given up without an answer."""
        operation, parameters, asked_at, _made = context[ASKED]
        self._write(operation, parameters, type(exception).__name__, asked_at, answered=False)

    def _write(self, operation: str, parameters: Parameters, outcome: str, asked_at: float, *, answered: bool) -> None:
        if self._log and operation not in ITEM_OPERATIONS:
            told_at = self._log.clock.now() if answered else None
            self._log.write(operation, parameters, outcome, asked_at, told_at)
