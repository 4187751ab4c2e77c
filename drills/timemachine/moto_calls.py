"""Operations that moto answers: on our tables, in one unit of the journal, the values of PartiQL normalised."""

from collections.abc import Callable
from decimal import Context, localcontext
from typing import Any

from moto.dynamodb.responses import DynamoHandler

from .attributes import checked
from .backend import Backend, Request
from .blueprint import Shape
from .wire import dumps, optional

DIGITS = Context(prec=60)
"""Moto adds numbers in the thread's decimal context, whose 28 digits would round DynamoDB's 38."""


class Handler(DynamoHandler):
    """Moto's actions with the members already parsed, on our backend instead of moto's global one."""

    def __init__(self, backend: Backend, body: Shape) -> None:
        super().__init__()
        self._backend = backend
        self.body = self.params = body
        self.region = backend.region_name
        self.current_account = backend.account_id
        self.uri_match: dict[str, Any] = {}

    @property
    def dynamodb_backend(self) -> Backend:
        """The backend that moto's actions work on."""
        return self._backend


def moto_result(request: Request, action: str) -> Shape:
    """What an action of moto's answers, its writes staged in the unit that is open."""
    with localcontext(DIGITS):
        outcome = getattr(Handler(request.backend, request.body), action)()
    result: Shape = outcome.result or {}
    return result


def through_moto(action: str) -> Callable[[Request], bytes]:
    """An operation that moto answers whole."""

    def operation(request: Request) -> bytes:
        _normalise_parameters(request.body)
        with request.journal.unit(is_transaction=action == "execute_transaction"):
            result = moto_result(request, action)
        return dumps(result)

    return operation


def _normalise_parameters(members: Shape) -> None:
    """Bring the values of PartiQL statements into stored form, in place.

    Raises:
        AwsError: a value is not one that DynamoDB takes.
    """
    several = [*(members.get("Statements") or ()), *(members.get("TransactStatements") or ())]
    for statement in (members, *several):
        parameters = optional(statement, "Parameters", list)
        if parameters:
            statement["Parameters"] = [checked(value)[0] for value in parameters]
