"""How each operation is throttled: the exception that AWS answers, which is what its SDKs know to retry."""

from typing import Final

from .errors import AwsError

THROUGHPUT_OPERATIONS: Final = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "ExecuteStatement",
        "ExecuteTransaction",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""Operations on items, which the service model says may answer ProvisionedThroughputExceededException."""


def throttled(service: str, operation: str) -> AwsError:
    """The refusal of one call too many.

    Operations on items answer ProvisionedThroughputExceededException (service model of DynamoDB), S3 answers SlowDown
    with 503 (S3 API reference, "Error responses"), and all others ThrottlingException, as was measured on AWS for the
    control plane of DynamoDB.
    """
    if service == "s3":
        return AwsError("SlowDown", "Please reduce your request rate.", status=503)
    if operation in THROUGHPUT_OPERATIONS:
        return AwsError(
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
            "provisioning level with the UpdateTable API.",
        )
    return AwsError("ThrottlingException", "Rate exceeded")


def failed(service: str) -> AwsError:
    """HTTP 500 as a service writes it."""
    name = "InternalError" if service == "s3" else "InternalServerError"
    return AwsError(name, "Internal server error: a fault that was asked for", status=500)


def unavailable(why: str) -> AwsError:
    """HTTP 503, as every service has it."""
    return AwsError("ServiceUnavailable", why, status=503)
