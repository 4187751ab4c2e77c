"""S3, SSM and KMS as services of the machine: which operation a call is, its answer, refusals in their protocols."""

from http import HTTPStatus
from typing import Final
from xml.sax.saxutils import escape

import orjson

from ..calls import Answer, Call, Scope, operation_in
from ..errors import AwsError
from ..fleet import Fleet
from ..wire import loads

CHANGES_OF_KEYS: Final = frozenset({"DisableKey", "EnableKey", "ScheduleKeyDeletion", "CancelKeyDeletion"})
"""What can make a key of KMS usable for tables, or not."""


class S3Service:
    """S3, by moto; errors are XML."""

    name = "s3"

    def operation(self, call: Call) -> str:
        """The operation's name, by method, path and query."""
        from moto.core.routing import get_service_router  # noqa: PLC0415 - moto's S3 is read when asked for
        from werkzeug.exceptions import NotFound  # noqa: PLC0415 - as above

        from .moto_http import request_of  # noqa: PLC0415 - as above

        try:
            operation, _ = get_service_router("s3").match(request_of(call))
        except NotFound:
            return ""
        return str(operation.name)

    def tables(self, call: Call) -> tuple[str, ...]:
        """None: S3 has none."""
        del call
        return ()

    def perform(self, fleet: Fleet, scope: Scope, call: Call) -> Answer:
        """Answer one call; the bucket may stand in the path or in the host's name."""
        from .buckets import forget_tracked  # noqa: PLC0415 - as above
        from .moto_http import answered  # noqa: PLC0415 - as above
        from .responders import S3Responder  # noqa: PLC0415 - as above

        with fleet.neighbours.lock:
            try:
                return answered(S3Responder(fleet.neighbours, scope), call)
            finally:
                forget_tracked()

    def refusal(self, error: AwsError) -> Answer:
        """A refusal as S3 writes it."""
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f"<Error><Code>{escape(error.name)}</Code><Message>{escape(error.message)}</Message></Error>"
        )
        return Answer(error.status, {"Content-Type": "application/xml"}, text.encode())


class JsonNeighbour:
    """SSM or KMS, by moto.

    Args:
        name: as a signature names it: `ssm` or `kms`.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """As a signature names it."""
        return self._name

    def operation(self, call: Call) -> str:
        """What stands after the point in `X-Amz-Target`."""
        return operation_in(call)

    def tables(self, call: Call) -> tuple[str, ...]:
        """None: these services have none."""
        del call
        return ()

    def perform(self, fleet: Fleet, scope: Scope, call: Call) -> Answer:
        """Answer one call."""
        from .moto_http import answered  # noqa: PLC0415 - moto's part is read when asked for
        from .responders import KmsResponder, SsmResponder  # noqa: PLC0415 - as above

        members = loads(call.body)
        responder = (SsmResponder if self._name == "ssm" else KmsResponder)(fleet.neighbours, scope)
        with fleet.neighbours.lock:
            answer = answered(responder, call)
        if answer.status < HTTPStatus.BAD_REQUEST and self.operation(call) in CHANGES_OF_KEYS:
            _tell_of_key(fleet, scope, members["KeyId"])
        return answer

    def refusal(self, error: AwsError) -> Answer:
        """A refusal with the exception's name in `__type`."""
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.name}
        return Answer(error.status, headers, orjson.dumps({"__type": error.name, "message": error.message}))


def _tell_of_key(fleet: Fleet, scope: Scope, named: str) -> None:
    """Let the tables know whether a key can be used, by its ARN and by its aliases."""
    with fleet.neighbours.lock:
        keys = fleet.neighbours.kms(scope.account, scope.region)
        key = keys.keys[keys.any_id_to_key_id(named)]
        names = [key.arn, *key.aliases]
        usable = key.enabled and key.key_state == "Enabled"
    for name in names:
        if usable:
            fleet.keys.give_back(name)
        else:
            fleet.keys.take_away(name)
