"""Operations that moto answers: those about tables and their settings, in one unit of the journal."""

from collections.abc import Callable

from moto.dynamodb.responses import DynamoHandler

from .backend import Backend, Request
from .blueprint import Shape
from .wire import dumps


class Handler(DynamoHandler):
    """Moto's actions with the members already parsed, on our backend instead of moto's global one."""

    def __init__(self, backend: Backend, body: Shape) -> None:
        super().__init__()
        self._backend = backend
        self.body = body

    @property
    def dynamodb_backend(self) -> Backend:
        """The backend that moto's actions work on."""
        return self._backend


def moto_result(request: Request, action: str) -> Shape:
    """What an action of moto's answers."""
    outcome = getattr(Handler(request.backend, request.body), action)()
    result: Shape = outcome.result or {}
    return result


def through_moto(action: str) -> Callable[[Request], bytes]:
    """An operation that moto answers whole."""

    def operation(request: Request) -> bytes:
        with request.journal.unit():
            return dumps(moto_result(request, action))

    return operation
