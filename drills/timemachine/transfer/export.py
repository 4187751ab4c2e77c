"""One export as DynamoDB keeps it: what was asked for, how it stands, and what is said about it."""

from dataclasses import dataclass

from ..blueprint import Shape
from .export_times import Span
from .layout import FULL, INCREMENTAL, VERSIONS, Folder, milliseconds
from .storage import Location


@dataclass(frozen=True)
class Export:
    """One export; `status` is IN_PROGRESS, COMPLETED or FAILED."""

    arn: str
    request: Shape
    table_id: str
    started_at: float
    location: Location
    folder: Folder
    export_format: str
    export_at: int | None
    span: Span | None
    status: str = "IN_PROGRESS"
    ended_at: float | None = None
    item_count: int | None = None
    billed_bytes: int | None = None
    failure: tuple[str, str] | None = None

    @property
    def kind(self) -> str:
        """FULL_EXPORT or INCREMENTAL_EXPORT."""
        return FULL if self.span is None else INCREMENTAL

    @property
    def table_arn(self) -> str:
        """The table whose past it holds."""
        return str(self.request["TableArn"])

    def description(self) -> Shape:
        """ExportDescription of the API."""
        body = self.request
        code, message = self.failure or (None, None)
        return {
            "ExportArn": self.arn,
            "ExportStatus": self.status,
            "StartTime": self.started_at,
            "EndTime": self.ended_at,
            "ExportManifest": self.folder.own("manifest-summary.json") if self.status == "COMPLETED" else None,
            "TableArn": self.table_arn,
            "TableId": self.table_id,
            "ExportTime": None if self.export_at is None else float(self.export_at),
            "ClientToken": body.get("ClientToken"),
            "S3Bucket": body["S3Bucket"],
            "S3BucketOwner": body.get("S3BucketOwner"),
            "S3Prefix": body.get("S3Prefix"),
            "S3SseAlgorithm": body.get("S3SseAlgorithm") or "AES256",
            "S3SseKmsKeyId": body.get("S3SseKmsKeyId"),
            "FailureCode": code,
            "FailureMessage": message,
            "ExportFormat": self.export_format,
            "BilledSizeBytes": self.billed_bytes,
            "ItemCount": self.item_count,
            "ExportType": self.kind,
            "FilterSpecification": body.get("FilterSpecification"),
            "IncrementalExportSpecification": None if self.span is None else self.span.shape(),
        }

    def summary(self) -> Shape:
        """What `manifest-summary.json` says."""
        assert self.ended_at is not None
        if self.span is None:
            assert self.export_at is not None
            times = {"exportTime": milliseconds(self.export_at)}
        else:
            times = {
                "exportFromTime": milliseconds(self.span.from_at),
                "exportToTime": milliseconds(self.span.to_at),
            }
        return {
            "version": VERSIONS[self.kind],
            "exportArn": self.arn,
            "startTime": milliseconds(self.started_at),
            "endTime": milliseconds(self.ended_at),
            "tableArn": self.request["TableArn"],
            "tableId": self.table_id,
            **times,
            "s3Bucket": self.location.bucket,
            "s3Prefix": self.request.get("S3Prefix"),
            "s3SseAlgorithm": self.request.get("S3SseAlgorithm") or "AES256",
            "s3SseKmsKeyId": self.location.kms_key,
            "manifestFilesS3Key": self.folder.own("manifest-files.json"),
            "billedSizeBytes": self.billed_bytes,
            "itemCount": self.item_count,
            "outputFormat": self.export_format,
            **({} if self.span is None else {"outputView": self.span.view}),
            "exportType": self.kind,
        }
