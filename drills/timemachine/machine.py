"""The time machine: an embedded DynamoDB whose tables have a real past, for one request at a time or many.

Moto's DynamoDB on our own tables: every write goes through one journal into the change log of its table, and every
past state comes out of that log. Machines are independent of each other and of moto's own global state.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from email.utils import formatdate
from itertools import count
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

import orjson
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from . import backups, reading, recovery, restore, settings, tables, writing
from .backend import Fleet, Request
from .errors import AwsError, invalid, unknown_operation
from .journal import Journal, MachineClock
from .moto_calls import through_moto
from .shapes import check_shape
from .wire import loads

__all__ = ["DEFAULT_ACCOUNT", "Answer", "MachineClock", "ManualClock", "TimeMachine"]

DEFAULT_ACCOUNT = "123456789012"
SERVICE = "DynamoDB_20120810"

log = logging.getLogger(__name__)

Operation: TypeAlias = Callable[[Request], bytes]

OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "BatchExecuteStatement": through_moto("batch_execute_statement"),
        "BatchGetItem": reading.batch_get_item,
        "BatchWriteItem": writing.batch_write_item,
        "CreateBackup": backups.create_backup,
        "CreateTable": tables.create_table,
        "DeleteBackup": backups.delete_backup,
        "DeleteItem": writing.delete_item,
        "DeleteResourcePolicy": settings.policy_call("delete_resource_policy"),
        "DeleteTable": tables.delete_table,
        "DescribeBackup": backups.describe_backup,
        "DescribeContinuousBackups": recovery.describe_continuous_backups,
        "DescribeEndpoints": through_moto("describe_endpoints"),
        "DescribeLimits": through_moto("describe_limits"),
        "DescribeTable": through_moto("describe_table"),
        "DescribeTimeToLive": settings.describe_time_to_live,
        "ExecuteStatement": through_moto("execute_statement"),
        "ExecuteTransaction": through_moto("execute_transaction"),
        "GetItem": reading.get_item,
        "GetResourcePolicy": settings.policy_call("get_resource_policy"),
        "ListBackups": backups.list_backups,
        "ListTables": through_moto("list_tables"),
        "ListTagsOfResource": settings.list_tags_of_resource,
        "PutItem": writing.put_item,
        "PutResourcePolicy": settings.policy_call("put_resource_policy"),
        "Query": reading.query,
        "RestoreTableFromBackup": restore.restore_table_from_backup,
        "RestoreTableToPointInTime": restore.restore_table_to_point_in_time,
        "Scan": reading.scan,
        "TagResource": settings.tag_resource,
        "TransactGetItems": reading.transact_get_items,
        "TransactWriteItems": writing.transact_write_items,
        "UntagResource": settings.untag_resource,
        "UpdateContinuousBackups": recovery.update_continuous_backups,
        "UpdateItem": writing.update_item,
        "UpdateTable": tables.update_table,
        "UpdateTimeToLive": settings.update_time_to_live,
    }
)

ITEM_OPERATIONS: Final = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""These look at their members themselves, which is faster; all others have theirs held against AWS's model."""


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


class Answer(NamedTuple):
    """What the machine answers: HTTP status, headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class TimeMachine:
    """One DynamoDB of all accounts and Regions; safe to use from several threads.

    Args:
        clock: target time.
        seed: durations and identifiers are drawn from it.
        restore_s: how long every restore takes in target time; drawn anew for each when None.
    """

    def __init__(self, clock: MachineClock, *, seed: int = 0, restore_s: float | None = None) -> None:
        self.clock = clock
        self._fleet = Fleet(Journal(clock), seed, restore_s)
        self._request_ids = count(1)

    def handle(self, target: str, body: bytes, *, region: str, account: str = DEFAULT_ACCOUNT) -> Answer:
        """Answer one request.

        No answer carries a checksum: botocore checks `x-amz-crc32` only where there is one.

        Args:
            target: the `X-Amz-Target` header: `DynamoDB_20120810.PutItem`.
            body: the request's JSON.
            region: which Region it is for.
            account: whose tables it is about.

        Returns:
            The answer; a refused request is one too. Nothing is raised for a bad request.
        """
        try:
            return self._answer(200, self._perform(target, body, region, account))
        except AwsError as error:
            return self._refusal(error)
        except HTTPException as error:
            return self._answer(error.code or 400, (error.description or "").encode(), _moto_name(error))
        except ServiceException as error:
            return self._refusal(AwsError(error.code, error.message))
        except Exception as error:  # noqa: BLE001 - whatever a request makes moto trip over is an answer too
            return self._refusal(_tripped(error, target))

    def reset(self) -> None:
        """Forget every table and backup; the clock stays where it is."""
        self._fleet.reset()

    def _perform(self, target: str, body: bytes, region: str, account: str) -> bytes:
        service, _, name = target.partition(".")
        operation = OPERATIONS.get(name) if service == SERVICE else None
        if operation is None:
            raise unknown_operation(name)
        members = loads(body)
        if name not in ITEM_OPERATIONS:
            check_shape(name, members)
        return operation(Request(self._fleet.at(account, region), members))

    def _refusal(self, error: AwsError) -> Answer:
        return self._answer(error.status, orjson.dumps(error.body()), error.name)

    def _answer(self, status: int, body: bytes, error: str = "") -> Answer:
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "Date": formatdate(self.clock.now(), usegmt=True),
            "x-amzn-RequestId": f"{next(self._request_ids):052d}",
        }
        if error:
            headers["x-amzn-ErrorType"] = error
        return Answer(status, headers, body)


def _moto_name(error: HTTPException) -> str:
    return str(getattr(error, "error_type", "")).rpartition("#")[2]


def _tripped(error: Exception, target: str) -> AwsError:
    """What moto stumbles over (it checks little, and raises what Python raises) is a request that AWS refuses.

    What we stumble over ourselves is our defect, and is said to be one.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__", "") if trace is not None else ""
    if module.split(".")[0] in {"moto", "py_partiql_parser"}:
        return invalid(f"the request cannot be understood: {type(error).__name__}: {error}")
    log.error("%s failed", target, exc_info=error)
    return AwsError("InternalServerError", f"{type(error).__name__}: {error}", status=500)
