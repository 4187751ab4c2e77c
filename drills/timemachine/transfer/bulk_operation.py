"""One bulk operation as it goes on: what was asked for, what was written, and what was not."""

from dataclasses import dataclass, field
from typing import NamedTuple

from ..blueprint import Shape
from ..table import Table
from .source import Record

ERROR, CONDITION_CHECK_FAILURE = "ERROR", "CONDITION_CHECK_FAILURE"


class NotPut(NamedTuple):
    """A record that was not written: why, by the name of its report, and the item that was in its way."""

    report: str
    record: Record
    message: str
    existing: Shape | None = None


@dataclass
class BulkOperation:
    """One bulk operation as it goes on; guarded by the journal's lock."""

    arn: str
    request: Shape
    table: Table
    started_at: float
    status: str = "IN_PROGRESS"
    ended_at: float | None = None
    total_bytes: int = 0
    put_count: int = 0
    put_bytes: int = 0
    not_put: list[NotPut] = field(default_factory=list)
    failure: tuple[str, str] | None = None

    @property
    def table_arn(self) -> str:
        """The table that it writes to."""
        return str(self.table.table_arn)

    def count(self, report: str) -> int:
        """How many records were not written for one reason."""
        return sum(each.report == report for each in self.not_put)

    def summary(self) -> Shape:
        """BulkOperationSummary of the API."""
        return {
            "BulkOperationArn": self.arn,
            "BulkOperationStatus": self.status,
            "StartTime": self.started_at,
            "EndTime": self.ended_at,
        }

    def description(self) -> Shape:
        """BulkOperationDescription of the API."""
        body = self.request
        code, message = self.failure or (None, None)
        return {
            **self.summary(),
            "TableDetails": [{"TableName": self.table.name, "TableId": self.table.table_id}],
            "ClientToken": body.get("ClientToken"),
            "InputS3Configuration": body["InputS3Configuration"],
            "OutputS3Configuration": body["OutputS3Configuration"],
            "ProcessedItemCount": self.put_count + len(self.not_put),
            "ProcessedInputBytes": self.total_bytes if self.ended_at is not None else None,
            "TotalInputBytes": self.total_bytes,
            "BulkOperationUsage": [
                {
                    "TableName": self.table.name,
                    "BulkPutBytes": self.put_bytes,
                    "Table": {"BulkPutBytes": self.put_bytes},
                }
            ],
            "FailedItemCount": self.count(ERROR),
            "FailureCode": code,
            "FailureMessage": message,
            "MaxWriteRequestUnits": body.get("MaxWriteRequestUnits"),
            "PerformanceTier": body.get("PerformanceTier") or "STANDARD",
        }
