"""Time to live, tags and resource policies of a table."""

from collections.abc import Callable, Sequence

from .backend import Request
from .blueprint import Shape
from .errors import AwsError, invalid, not_implemented, resource_not_found
from .expiry import let_expire
from .moto_calls import moto_result
from .states import refuse_unsettled
from .table import Table
from .wire import dumps, need, need_structures, optional

TTL_PAUSE_S = 3600
"""Time to live can be changed once in so long (Developer Guide, "Constraints": an hour)."""
TAGS_PER_PAGE = 10
MOST_TAGS = 50


def update_time_to_live(request: Request, replicas: Sequence[Table] = ()) -> bytes:
    """UpdateTimeToLive: holds at once, also for the items that are there, and for the table's other replicas."""
    table = request.changeable()
    wanted = need(request.body, "TimeToLiveSpecification", dict)
    attribute = need(wanted, "AttributeName", str)
    enabled = need(wanted, "Enabled", bool)
    with request.journal.lock:
        now = request.journal.now()
        is_on = table.ttl["TimeToLiveStatus"] == "ENABLED"
        if enabled == is_on:
            raise invalid(f"TimeToLive is already {'enabled' if is_on else 'disabled'}")
        if is_on and table.ttl["AttributeName"] != attribute:
            raise invalid(
                "TimeToLive is active on a different AttributeName: current AttributeName is "
                f"{table.ttl['AttributeName']}"
            )
        if table.ttl_changed_at is not None and now - table.ttl_changed_at < TTL_PAUSE_S:
            raise invalid("Time to live has been modified multiple times within a fixed interval")
        begun = []
        for each in (table, *replicas):
            each.ttl_changed_at = now
            begun.append(let_expire(each, attribute if enabled else None, request.backend.fleet.durations))
    for expiry in begun:
        if expiry is not None:
            expiry.read_present()
    return dumps({"TimeToLiveSpecification": wanted})


def describe_time_to_live(request: Request) -> bytes:
    """DescribeTimeToLive; no attribute while it is off."""
    return dumps({"TimeToLiveDescription": request.table().ttl})


def tag_resource(request: Request) -> bytes:
    """TagResource: a key that is there gets the new value."""
    table = _tagged(request)
    refuse_unsettled(table)
    added = need_structures(request.body, "Tags")
    with request.journal.lock:
        tags = {tag["Key"]: tag for tag in table.tags}
        tags |= {need(tag, "Key", str): {"Key": tag["Key"], "Value": need(tag, "Value", str)} for tag in added}
        if len(tags) > MOST_TAGS:
            raise invalid(f"One or more parameter values were invalid: Too many tags: at most {MOST_TAGS}")
        table.tags = list(tags.values())
    return dumps(None)


def untag_resource(request: Request) -> bytes:
    """UntagResource; keys that are not there are no error."""
    table = _tagged(request)
    refuse_unsettled(table)
    gone = need(request.body, "TagKeys", list)
    with request.journal.lock:
        table.tags = [tag for tag in table.tags if tag["Key"] not in gone]
    return dumps(None)


def list_tags_of_resource(request: Request) -> bytes:
    """ListTagsOfResource, ten a page."""
    tags: list[Shape] = list(_tagged(request).tags)
    token = optional(request.body, "NextToken", str)
    start = 0
    if token is not None:
        keys = [tag["Key"] for tag in tags]
        if token not in keys:
            raise invalid(f"Invalid NextToken: {token}")
        start = keys.index(token) + 1
    page = tags[start : start + TAGS_PER_PAGE]
    more = len(tags) > start + TAGS_PER_PAGE
    return dumps({"Tags": page, "NextToken": page[-1]["Key"] if more else None})


def _tagged(request: Request) -> Table:
    arn = need(request.body, "ResourceArn", str)
    table = request.backend.find(arn)
    if table is None or table.is_restoring or table.table_arn != arn:
        raise AwsError("ResourceNotFoundException", f"Requested resource not found: ResourceArn: {arn} not found")
    return table


def policy_call(action: str) -> Callable[[Request], bytes]:
    """PutResourcePolicy, GetResourcePolicy or DeleteResourcePolicy: kept and shown, never enforced."""

    def operation(request: Request) -> bytes:
        arn = need(request.body, "ResourceArn", str)
        if "/stream/" in arn:
            raise not_implemented("a resource policy of a stream")
        table = request.backend.find(arn)
        if table is None or table.is_restoring:
            raise resource_not_found(arn.rpartition("/")[2])
        with request.journal.unit():
            return dumps(moto_result(request, action))

    return operation
