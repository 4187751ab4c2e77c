"""A service of the REST-JSON protocol: method and path name the operation, members come from path, query and body.

Routes, members and their bounds are read from botocore's model of the service: nothing about a single operation
stands here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qs, unquote

import orjson
from botocore.model import OperationModel
from botocore.model import Shape as Model

from .backend import Backend
from .blueprint import Shape
from .calls import Answer, Call, Scope
from .constraints import violations
from .errors import AwsError
from .fleet import Fleet
from .shapes import model_of, shape_errors
from .wire import dumps, loads

RestOperation: TypeAlias = Callable[[Backend, Shape], Shape | None]
"""One operation, under the journal's lock: from members to the answer's members."""
TablesNamed: TypeAlias = Callable[[Shape], tuple[str, ...]]
"""The tables that a request's members name, for faults that are about one."""
LABEL = re.compile(r"\{(\w+)\+?\}")


class Refusals(NamedTuple):
    """How a service names what is wrong with a request before an operation sees it."""

    missing: str
    """The exception for a required member that is missing."""
    invalid: str
    """The exception for any other fault of the members."""
    not_implemented: str
    """The exception for an operation that AWS has and the machine does not."""


class Route(NamedTuple):
    """One operation's method and path; a part of the path that is a label holds a member's value."""

    method: str
    parts: tuple[str, ...]
    operation: OperationModel

    def labels(self, method: str, parts: tuple[str, ...]) -> dict[str, str] | None:
        """The values under this route's labels; None where a request is not for it."""
        if method != self.method or len(parts) != len(self.parts):
            return None
        found = {}
        for mine, asked in zip(self.parts, parts, strict=True):
            label = LABEL.fullmatch(mine)
            if label is not None:
                found[label[1]] = unquote(asked)
            elif mine != asked:
                return None
        return found


class RestJsonService:
    """One service of this protocol.

    Args:
        name: as a signature names it, and as botocore names its model.
        operations: by name; all others of the model are refused as not implemented.
        refusals: the exceptions for requests that do not have the operation's shape.
        tables_named: which tables a request is about.
    """

    def __init__(
        self, name: str, operations: Mapping[str, RestOperation], refusals: Refusals, tables_named: TablesNamed
    ) -> None:
        self._name = name
        self._operations = operations
        self._refusals = refusals
        self._tables_named = tables_named

    @property
    def name(self) -> str:
        """As a signature names it."""
        return self._name

    def operation(self, call: Call) -> str:
        """The operation that method and path name, empty where there is none."""
        found = self._routed(call)
        return found[0].name if found else ""

    def tables(self, call: Call) -> tuple[str, ...]:
        """The tables that the members name."""
        try:
            return self._tables_named(self.members(call))
        except AwsError:
            return ()

    def members(self, call: Call) -> Shape:
        """The members of a call, from its path, its query and its body.

        Raises:
            AwsError: they cannot be read.
        """
        return self._members(call)[1]

    def perform(self, fleet: Fleet, scope: Scope, call: Call) -> Answer:
        """Answer one call."""
        model, members = self._members(call)
        operation = self._operations.get(model.name)
        if operation is None:
            text = f"{model.name} is not implemented by the dynadrill time machine"
            raise AwsError(self._refusals.not_implemented, text)
        self._check(model, members)
        with fleet.journal.lock:
            result = operation(fleet.at(scope.account, scope.region), members)
            body = dumps(result)
        status = int(model.http.get("responseCode") or 200)
        return Answer(status, {"Content-Type": "application/json"}, b"" if status == 204 else body)

    def refusal(self, error: AwsError) -> Answer:
        """A refusal with the exception's name in a header and under `Code`."""
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": error.name}
        body = {"Code": error.name, "Message": error.message, **error.details}
        return Answer(error.status, headers, orjson.dumps(body))

    @cached_property
    def _routes(self) -> list[Route]:
        """All operations of the model."""
        model = model_of(self._name)
        operations = [model.operation_model(name) for name in model.operation_names]
        return [Route(each.http["method"], _parts(each.http["requestUri"]), each) for each in operations]

    def _routed(self, call: Call) -> tuple[OperationModel, dict[str, str]] | None:
        parts = _parts(call.path)
        for route in self._routes:
            labels = route.labels(call.method, parts)
            if labels is not None:
                return route.operation, labels
        return None

    def _members(self, call: Call) -> tuple[OperationModel, Shape]:
        found = self._routed(call)
        if found is None:
            raise AwsError("UnknownOperationException", f"{self._name} has no operation {call.method} {call.path}")
        model, labels = found
        if model.input_shape is None:
            return model, {}
        try:
            members = {name: value for name, value in loads(call.body).items() if value is not None}
            query = parse_qs(call.path.partition("?")[2], keep_blank_values=True)
            members |= dict(_elsewhere(model.input_shape.members, labels, query))
        except (AwsError, ValueError) as error:
            raise AwsError(self._refusals.invalid, getattr(error, "message", str(error))) from None
        return model, members

    def _check(self, model: OperationModel, members: Shape) -> None:
        if model.input_shape is None:
            return
        report = shape_errors(model.input_shape, members)
        if report:
            missing = "Missing required parameter" in report
            raise AwsError(self._refusals.missing if missing else self._refusals.invalid, report)
        wrong = list(violations(model.input_shape, members))
        if wrong:
            raise AwsError(self._refusals.invalid, "; ".join(wrong))


def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.partition("?")[0].strip("/").split("/"))


def _elsewhere(
    models: Mapping[str, Model], labels: Mapping[str, str], query: Mapping[str, list[str]]
) -> Iterator[tuple[str, Any]]:
    """The members that stand in the path or in the query."""
    for member, model in models.items():
        name = model.serialization.get("name", member)
        match model.serialization.get("location"):
            case "uri":
                yield member, labels[name]
            case "querystring" if name in query:
                yield member, _typed(member, model, query[name])


def _typed(member: str, model: Model, texts: list[str]) -> Any:
    """A member of the query as its type.

    Raises:
        ValueError: it is not of its type.
    """
    match model.type_name:
        case "list":
            return texts
        case "integer" | "long":
            return int(texts[0])
        case "boolean":
            if texts[0] not in {"true", "false"}:
                raise ValueError(f"{member} must be true or false, but is {texts[0]!r}")
            return texts[0] == "true"
        case "timestamp":
            return _instant(texts[0])
    return texts[0]


def _instant(text: str) -> float:
    """Epoch seconds of a date as ISO 8601 writes it, or of a number of seconds."""
    try:
        return float(text)
    except ValueError:
        found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
