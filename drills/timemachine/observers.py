"""Who watches a table without changing it: Contributor Insights and Kinesis destinations, kept and shown.

Nothing is counted and nothing is sent. They are here because a restore drops them, and a drill has to put them back
(absent from what the API reference says a restore copies; AWS's own sample makes Kinesis destinations anew).
"""

from .backend import Request
from .blueprint import Shape
from .errors import AwsError, resource_in_use
from .table import Table
from .wire import dumps, need, one_of, optional

MODES = ("ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS")
PRECISIONS = ("MILLISECOND", "MICROSECOND")
DISABLED = "DISABLED"


def update_contributor_insights(request: Request) -> bytes:
    """UpdateContributorInsights of a table or one of its global indexes; holds at once, and is answered as coming."""
    table = request.changeable()
    index = _index(table, request.body)
    action = one_of(request.body, "ContributorInsightsAction", ("ENABLE", "DISABLE"))
    mode = one_of(request.body, "ContributorInsightsMode", MODES, MODES[0])
    with request.journal.lock:
        status = {"ENABLE": "ENABLED", "DISABLE": DISABLED}[action]
        table.insights[index] = {
            "ContributorInsightsStatus": status,
            "ContributorInsightsMode": mode,
            "LastUpdateDateTime": request.journal.now(),
        }
    answered = {"ENABLE": "ENABLING", "DISABLE": "DISABLING"}[action]
    return dumps({**_named(table, index), "ContributorInsightsStatus": answered, "ContributorInsightsMode": mode})


def describe_contributor_insights(request: Request) -> bytes:
    """DescribeContributorInsights; DISABLED where it was never switched on."""
    table = request.table()
    index = _index(table, request.body)
    return dumps({**_named(table, index), **table.insights.get(index, {"ContributorInsightsStatus": DISABLED})})


def list_contributor_insights(request: Request) -> bytes:
    """ListContributorInsights: where it was ever switched on, all on one page."""
    named = optional(request.body, "TableName", str)
    with request.journal.lock:
        tables = request.backend.tables.values() if named is None else [request.backend.get_table(named)]
        summaries = [
            {**_named(table, index), **{name: kept[name] for name in kept if name != "LastUpdateDateTime"}}
            for table in tables
            for index, kept in table.insights.items()
        ]
    return dumps({"ContributorInsightsSummaries": summaries})


def enable_kinesis_streaming_destination(request: Request) -> bytes:
    """EnableKinesisStreamingDestination; ACTIVE at once, the answer says ENABLING."""
    table = request.changeable()
    arn = need(request.body, "StreamArn", str)
    asked = optional(request.body, "EnableKinesisStreamingConfiguration", dict) or {}
    precision = one_of(asked, "ApproximateCreationDateTimePrecision", PRECISIONS, PRECISIONS[0])
    with request.journal.lock:
        if table.kinesis.get(arn, {}).get("DestinationStatus") == "ACTIVE":
            raise resource_in_use(f"Table is already in a state that cannot be changed: {arn} is a destination of it")
        table.kinesis[arn] = {
            "StreamArn": arn,
            "DestinationStatus": "ACTIVE",
            "ApproximateCreationDateTimePrecision": precision,
        }
    return dumps({"TableName": table.name, "StreamArn": arn, "DestinationStatus": "ENABLING"})


def disable_kinesis_streaming_destination(request: Request) -> bytes:
    """DisableKinesisStreamingDestination; the destination stays listed as DISABLED."""
    table = request.changeable()
    arn = need(request.body, "StreamArn", str)
    with request.journal.lock:
        if table.kinesis.get(arn, {}).get("DestinationStatus") != "ACTIVE":
            raise AwsError("ResourceNotFoundException", f"Requested resource not found: {arn} is no destination")
        table.kinesis[arn]["DestinationStatus"] = DISABLED
    return dumps({"TableName": table.name, "StreamArn": arn, "DestinationStatus": "DISABLING"})


def describe_kinesis_streaming_destination(request: Request) -> bytes:
    """DescribeKinesisStreamingDestination."""
    table = request.table()
    with request.journal.lock:
        return dumps({"TableName": table.name, "KinesisDataStreamDestinations": list(table.kinesis.values())})


def _index(table: Table, body: Shape) -> str:
    """The global index that is meant; empty for the table itself."""
    name = optional(body, "IndexName", str) or ""
    if name and name not in {index.name for index in table.global_indexes}:
        raise AwsError("ResourceNotFoundException", f"Requested resource not found: Index: {name} not found")
    return name


def _named(table: Table, index: str) -> Shape:
    return {"TableName": table.name, "IndexName": index or None}
