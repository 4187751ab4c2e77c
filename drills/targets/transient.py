"""Which failures of a call go over by themselves, so that the same call is worth asking again."""

from botocore import exceptions as botocore
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

GOES_OVER = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
    }
)
"""The error codes after which the same call can succeed (Developer Guide, "Error handling with DynamoDB")."""

PASSES = (botocore.ConnectionError, botocore.HTTPClientError, botocore.IncompleteReadError, ResponseParserError)
"""What a call raises that got lost, or whose answer was cut short."""


def goes_over(error: Exception) -> bool:
    """Whether a call was throttled, got a 5xx or got lost; what was refused is refused again."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or error.response["Error"].get("Code") in GOES_OVER
    return isinstance(error, PASSES)
