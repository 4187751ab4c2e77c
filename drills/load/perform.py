"""Doing one operation and writing down what its writer was told: asked on disk first, then sent, then told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ..clock import Clock
from ..errors import DrillError
from ..history import Who
from ..outcomes import error_name, outcome_of
from ..performed import Performed
from ..recorder import Recorder
from ..scenario import Operation
from ..tables import name_of, region_of
from ..values import Change, Key, digest, key_item, key_of
from .requests import Request, batch_request, entry_item, one_request, request, transaction_request

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class _Answered(NamedTuple):
    response: Mapping[str, Any]
    error: Exception | None
    told_at: float


@dataclass(frozen=True)
class Writer:
    """Somebody who writes: who they are, their part of the history, the client they send with, and their clock.

    The client must not retry: every attempt is its own op. Every method raises the `DrillError` with which the
    client's guard refuses a call, after that was written down; all other errors are findings.
    """

    who: Who
    recorder: Recorder
    client: "DynamoDBClient"
    clock: Clock
    elsewhere: "Callable[[str], DynamoDBClient] | None" = None
    """Answers the client of another Region; None where all tables are in one."""

    def perform(self, operation: Operation, table: str, *, record_reads: bool = False) -> Performed:
        """Do one operation of a user on a table; what a read saw is written down where `record_reads` says so."""
        call = request(operation, name_of(table))
        if operation.kind == "get":
            return self._read(call, operation.changes[0].key, table, record=record_reads)
        return self._write(operation.kind, call, table, operation.changes)

    def write(self, table: str, changes: Sequence[Change]) -> Performed:
        """Put and delete up to 25 different keys with one BatchWriteItem: one op, of which some keys may be refused."""
        return self._write("batch", batch_request(changes, name_of(table)), table, changes)

    def write_if(self, table: str, change: Change, condition: Mapping[str, Any]) -> Performed:
        """Put or delete one key on a condition: the members of a request that say it (ConditionExpression and such)."""
        call = one_request(change, name_of(table), condition)
        return self._write("put" if change.value is not None else "delete", call, table, [change])

    def write_together(self, table: str, changes: Sequence[Change]) -> Performed:
        """Put and delete up to 100 different keys with one TransactWriteItems: all or none."""
        return self._write("transaction", transaction_request(changes, name_of(table)), table, changes)

    def send(self, table: str, changes: Sequence[Change]) -> bool:
        """Write like `write`, and say whether all of it was acknowledged."""
        return self.write(table, changes).acknowledged

    def send_unheard(self, table: str, changes: Sequence[Change]) -> None:
        """Send a batch as a caller who is gone before the answer comes: its outcome stays unknown for good."""
        call = batch_request(changes, name_of(table))
        self.recorder.asked(self.who, "batch", table, changes, self.clock.now())
        _raise_if_ours(self._call(call, table).error)

    def _write(self, kind: str, call: Request, table: str, changes: Sequence[Change]) -> Performed:
        asked_at = self.clock.now()
        op = self.recorder.asked(self.who, kind, table, changes, asked_at)
        response, error, told_at = self._call(call, table)
        outcome, name, refused = outcome_of(error), error_name(error), _unprocessed(response, name_of(table), changes)
        self.recorder.told(op, outcome, told_at, refused=sorted(refused), error=name)
        _raise_if_ours(error)
        return Performed(outcome, told_at - asked_at, name or ("UnprocessedItems" if refused else ""), refused)

    def _read(self, call: Request, key: Key, table: str, *, record: bool) -> Performed:
        asked_at = self.clock.now()
        response, error, told_at = self._call(call, table)
        _raise_if_ours(error)
        if record and error is None:
            self.recorder.read(table, key, digest(response.get("Item")), asked_at, told_at)
        return Performed(outcome_of(error), told_at - asked_at, error_name(error), seen=response.get("Item"))

    def _call(self, call: Request, table: str) -> _Answered:
        region = region_of(table)
        client = self.client if region is None or self.elsewhere is None else self.elsewhere(region)
        method: Callable[..., Mapping[str, Any]] = getattr(client, call.method)
        try:
            response = method(**call.parameters)
        except Exception as error:  # noqa: BLE001 - a write whose call raised anything must still be told of
            return _Answered({}, error, self.clock.now())
        return _Answered(response, None, self.clock.now())


def _raise_if_ours(error: Exception | None) -> None:
    if isinstance(error, DrillError):
        raise error


def _unprocessed(response: Mapping[str, Any], table: str, changes: Sequence[Change]) -> frozenset[Key]:
    entries = response.get("UnprocessedItems", {}).get(table, ())
    key_attributes = tuple(key_item(changes[0].key))
    return frozenset(key_of(entry_item(entry), key_attributes) for entry in entries)
