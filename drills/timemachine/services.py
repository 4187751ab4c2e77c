"""The services that one machine answers for, each with its own way of naming an operation and of refusing one."""

from collections.abc import Collection, Mapping
from typing import Protocol

import orjson

from .awsbackup.service import BACKUP
from .backend import Request
from .calls import TARGET, Answer, Call, Scope, operation_in
from .errors import AwsError, unknown_operation, unknown_service
from .fleet import Fleet
from .neighbours.services import JsonNeighbour, S3Service
from .neighbours.sts import StsService
from .operations import ITEM_OPERATIONS, OPERATIONS, Operation
from .rights.simulator import IamService
from .shapes import check_shape
from .streams.operations import STREAM_OPERATIONS, UNCHECKED
from .wire import loads

JSON_TYPE = "application/x-amz-json-1.0"


class Service(Protocol):
    """One AWS service, as the machine has it."""

    @property
    def name(self) -> str:
        """As a signature names it: `dynamodb`, `backup`, `s3`."""
        ...

    def operation(self, call: Call) -> str:
        """The operation's name, empty where the call names none that is known."""
        ...

    def tables(self, call: Call) -> tuple[str, ...]:
        """The tables that a call names, for faults that are about one; may be none."""
        ...

    def perform(self, fleet: Fleet, scope: Scope, call: Call) -> Answer:
        """Answer one call.

        Raises:
            AwsError: it is refused.
        """
        ...

    def refusal(self, error: AwsError) -> Answer:
        """A refusal as this service's protocol writes it."""
        ...


class JsonService:
    """A service of the AWS JSON protocol: the operation is in a header, and members are JSON.

    Args:
        name: as a signature names it.
        model: botocore's name of its model.
        operations: by name.
        unchecked: operations that look at their members themselves; those of all others are held against the model.
    """

    def __init__(
        self, name: str, model: str, operations: Mapping[str, Operation], unchecked: Collection[str] = ()
    ) -> None:
        self._name = name
        self._model = model
        self._operations = operations
        self._unchecked = frozenset(unchecked)

    @property
    def name(self) -> str:
        """As a signature names it."""
        return self._name

    def operation(self, call: Call) -> str:
        """What stands after the point in `X-Amz-Target`."""
        return operation_in(call)

    def tables(self, call: Call) -> tuple[str, ...]:
        """The tables that the members name, by name or ARN."""
        try:
            return tables_named(loads(call.body))
        except AwsError:
            return ()

    def perform(self, fleet: Fleet, scope: Scope, call: Call) -> Answer:
        """Answer one call."""
        name = self.operation(call)
        operation = self._operations.get(name)
        if operation is None:
            raise unknown_operation(name)
        members = loads(call.body)
        if name not in self._unchecked:
            check_shape(name, members, self._model)
        body = operation(Request(fleet.at(scope.account, scope.region), members))
        return Answer(200, {"Content-Type": JSON_TYPE}, body)

    def refusal(self, error: AwsError) -> Answer:
        """A refusal with the exception's name in `__type`."""
        headers = {"Content-Type": JSON_TYPE, "x-amzn-ErrorType": error.name}
        return Answer(error.status, headers, orjson.dumps(error.body()))


NAMING_MEMBERS = (
    "TableName", "TableArn", "SourceTableName", "SourceTableArn", "TargetTableName", "ResourceArn",
    "StreamArn", "ShardIterator", "ExportArn", "ImportArn", "BulkOperationArn",
)  # fmt: skip


def tables_named(members: Mapping[str, object]) -> tuple[str, ...]:
    """The tables that a request's members name, each once."""
    named = [members.get(member) for member in NAMING_MEMBERS]
    created = members.get("TableCreationParameters")
    if isinstance(created, dict):
        named.append(created.get("TableName"))
    several = members.get("RequestItems")
    if isinstance(several, dict):
        named += several
    steps = members.get("TransactItems")
    if isinstance(steps, list):
        inner = [each for step in steps if isinstance(step, dict) for each in step.values()]
        named += [each.get("TableName") for each in inner if isinstance(each, dict)]
    return tuple(dict.fromkeys(_table(name) for name in named if isinstance(name, str)))


def _table(name: str) -> str:
    """A table's name out of its ARN, or out of that of its stream, a stream's iterator, or a backup."""
    return name.partition(":table/")[2].partition("/")[0] if name.startswith("arn:") else name


BY_TARGET: dict[str, Service] = {
    "DynamoDB_20120810": JsonService("dynamodb", "dynamodb", OPERATIONS, ITEM_OPERATIONS),
    "DynamoDBStreams_20120810": JsonService("dynamodb", "dynamodbstreams", STREAM_OPERATIONS, UNCHECKED),
    "AmazonSSM": JsonNeighbour("ssm"),
    "TrentService": JsonNeighbour("kms"),
}
"""Services whose calls carry `X-Amz-Target: PREFIX.Operation`, by the prefix."""

S3 = S3Service()

BY_SIGNATURE: dict[str, Service] = {"backup": BACKUP, "s3": S3, "sts": StsService(), "iam": IamService()}
"""All others, by the service that the signature names."""


def service_of(call: Call, scope: Scope) -> Service:
    """Who answers a call.

    Raises:
        AwsError: nobody does.
    """
    target = call.headers.get(TARGET, "")
    found = BY_TARGET.get(target.partition(".")[0]) or BY_SIGNATURE.get(scope.service)
    if found is None:
        raise unknown_operation(target) if target else unknown_service(scope.service)
    return found


def refused_by(call: Call, scope: Scope) -> Service:
    """In whose words a call is refused that nobody answers: in XML where a form was signed, which such clients read."""
    sends_a_form = call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return BY_SIGNATURE["sts"] if scope.service and sends_a_form else BY_TARGET["DynamoDB_20120810"]
