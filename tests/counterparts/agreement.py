"""Two answers to one request, and whether they say the same."""

import json
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import urllib3
from dynadrill.drills.timemachine.machine import TimeMachine

from .places import REGION

TARGET = "DynamoDB_20120810"
AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential=local/20261121/{REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=none"
)


class Answer(NamedTuple):
    """What a place says: the exception's name, or nothing, and what can be compared of the members."""

    refusal: str
    says: Any
    text: str


class Local:
    """DynamoDB Local, over one kept connection."""

    def __init__(self, address: str) -> None:
        self._pool = urllib3.HTTPConnectionPool(str(urlsplit(address).hostname), urlsplit(address).port, timeout=30)

    def ask(self, operation: str, members: dict[str, Any]) -> Answer:
        """Its answer to one request."""
        headers = {
            "X-Amz-Target": f"{TARGET}.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": AUTHORIZATION,
        }
        answer = self._pool.request("POST", "/", body=json.dumps(members), headers=headers, retries=False)
        return _read(operation, members, answer.status, answer.data)


class Machine:
    """A time machine in this process."""

    def __init__(self, machine: TimeMachine) -> None:
        self._machine = machine

    def ask(self, operation: str, members: dict[str, Any]) -> Answer:
        """Its answer to one request."""
        answer = self._machine.handle(f"{TARGET}.{operation}", json.dumps(members).encode(), region=REGION)
        return _read(operation, members, answer.status, answer.body)


def _read(operation: str, asked: dict[str, Any], status: int, body: bytes) -> Answer:
    members = json.loads(body)
    if status == 200:
        return Answer("", _comparable(operation, members), "")
    name = members["__type"].rpartition("#")[2]
    reasons = [reason["Code"] for reason in members.get("CancellationReasons", [])]
    return Answer(name, reasons, members.get("message") or members.get("Message") or "")


def _comparable(operation: str, members: dict[str, Any]) -> Any:
    """An answer's members without order where there is none, and numbers by their values."""
    # Never asked for here; DynamoDB Local tells it now and then.
    said = {name: _deep(value) for name, value in members.items() if name != "ConsumedCapacity"}
    if operation == "Scan" and "Items" in said:
        said["Items"] = sorted(said["Items"], key=repr)
    if operation == "BatchGetItem":
        said["Responses"] = {table: sorted(items, key=repr) for table, items in said["Responses"].items()}
    return said


def _deep(value: Any) -> Any:
    """A value in which equal means equal for DynamoDB."""
    match value:
        case {"N": str() as number, **rest} if not rest:
            return {"N": Decimal(number).normalize()}
        case {"NS": list() as members, **rest} if not rest:
            return {"NS": sorted(Decimal(member).normalize() for member in members)}
        case {"SS": list() as members, **rest} if not rest:
            return {"SS": sorted(members)}
        case {"BS": list() as members, **rest} if not rest:
            return {"BS": sorted(members)}
        case dict():
            return {name: _deep(value[name]) for name in sorted(value)}
        case list():
            return [_deep(each) for each in value]
    return value
