"""Which operation of which service a call is, with its parameters as boto3 has them: what its needs follow from."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from ...iam.asked import Asked
from ..calls import TARGET, Call, Scope, operation_in
from ..errors import AwsError
from ..neighbours.addresses import with_bucket_in_path
from ..query import form_in
from ..rest import RestJsonService
from ..services import BY_SIGNATURE, BY_TARGET, S3
from ..wire import loads

BY_PREFIX = {
    "AnyScaleFrontendService": "application-autoscaling",
    "GraniteServiceVersion20100801": "cloudwatch",
    "DynamoDBStreams_20120810": "dynamodbstreams",
    **{prefix: service.name for prefix, service in BY_TARGET.items() if not prefix.startswith("DynamoDBStreams")},
}
"""Services by what stands before the point in `X-Amz-Target`; the machine need not have them."""

RPC = re.compile(r"/service/(\w+)/operation/(\w+)")
"""The path of the protocol that CloudWatch's clients speak (Smithy RPC v2)."""

LAMBDA_PATHS = {"event-source-mappings": "ListEventSourceMappings"}


def asked_in(call: Call, scope: Scope) -> Asked:
    """What a call asks for; parameters that cannot be read are left out, and whoever answers it complains."""
    service, operation, parameters = _read(call, scope)
    return Asked(service, operation, parameters, scope.account, scope.region)


def _read(call: Call, scope: Scope) -> tuple[str, str, Mapping[str, Any]]:
    target = call.headers.get(TARGET, "")
    if target:
        prefix = target.partition(".")[0]
        return BY_PREFIX.get(prefix, scope.service), operation_in(call), _members(call)
    if found := RPC.search(call.path):
        return BY_PREFIX.get(found[1], scope.service), found[2], {}
    if scope.service == "s3":
        return "s3", S3.operation(call), _bucket_in(call)
    known = BY_SIGNATURE.get(scope.service)
    if isinstance(known, RestJsonService):
        return scope.service, known.operation(call), _of_rest(known, call)
    if scope.service == "lambda":
        last = urlsplit(call.path).path.strip("/").rpartition("/")[2]
        return "lambda", LAMBDA_PATHS.get(last, last or "Invoke"), {}
    form = form_in(call)
    return scope.service, form.get("Action", ""), form


def _members(call: Call) -> Mapping[str, Any]:
    try:
        return loads(call.body)
    except AwsError:
        return {}


def _of_rest(service: RestJsonService, call: Call) -> Mapping[str, Any]:
    try:
        return service.members(call)
    except AwsError:
        return {}


def _bucket_in(call: Call) -> Mapping[str, Any]:
    bucket, _, key = urlsplit(with_bucket_in_path(call).path).path.lstrip("/").partition("/")
    tagged: Mapping[str, Any] = {"CreateBucketConfiguration": {"Tags": []}} if b"<Tag>" in call.body else {}
    return {"Bucket": unquote(bucket), "Key": unquote(key), **tagged}
