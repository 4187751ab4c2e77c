"""What a writer was told, judged from the error that a call ended with: the one table of all of them.

A write that DynamoDB answered for is `ok`. It is `fail` only where it is certain that nothing was written: DynamoDB
said so, or nothing was sent. Everything else, known or not, is `info`: nobody knows. This holds for clients that
never retry: an error speaks for the last attempt only.
"""

from botocore import exceptions as botocore
from botocore.exceptions import ClientError

from .errors import RefusedError
from .history import Told

NOT_DONE = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ConditionalCheckFailedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IdempotentParameterMismatchException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAction",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "ItemCollectionSizeLimitExceededException",
        "KMSAccessDeniedException",
        "KMSDisabledException",
        "KMSInvalidStateException",
        "KMSNotFoundException",
        "LimitExceededException",
        "MissingAction",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestExpired",
        "RequestLimitExceeded",
        "ResourceInUseException",
        "ResourceNotFoundException",
        "SerializationException",
        "SignatureDoesNotMatch",
        "Throttling",
        "ThrottlingException",
        "TransactionCanceledException",
        "TransactionConflictException",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "ValidationError",
        "ValidationException",
    }
)
"""The error codes by which DynamoDB, answering 4xx, says that it did not do what was asked.

From the API reference of PutItem, UpdateItem, DeleteItem, BatchWriteItem, TransactWriteItems, and "Common errors".
"""

MAY_BE_DONE = frozenset(
    {"InternalServerError", "InternalFailure", "ServiceUnavailable", "TransactionInProgressException"}
)
"""The codes that are known and say nothing of the kind: a transaction in progress may still be committed."""

PART_MAY_BE_DONE = frozenset({"ItemCollectionSizeLimitExceededException", "ReplicatedWriteConflictException"})
"""The codes of `NOT_DONE` that for a BatchWriteItem speak of one of its items: it is not atomic, others may be done."""

NOT_SENT: frozenset[type[Exception]] = frozenset(
    {
        botocore.ConnectTimeoutError,
        botocore.CredentialRetrievalError,
        botocore.EndpointConnectionError,
        botocore.EndpointProviderError,
        botocore.EndpointResolutionError,
        botocore.InvalidProxiesConfigError,
        botocore.NoAuthTokenError,
        botocore.NoCredentialsError,
        botocore.NoRegionError,
        botocore.ParamValidationError,
        botocore.PartialCredentialsError,
        botocore.TokenRetrievalError,
        botocore.UnknownSignatureVersionError,
        botocore.UnsupportedSignatureVersionError,
        RefusedError,
    }
)
"""The errors before the first byte of a request: it was wrong, could not be signed, or there was no connection.

EndpointConnectionError and ConnectTimeoutError are botocore's names for urllib3's failures to *open* a connection
(botocore/httpsession.py); RefusedError is our own guard's.
"""

MAY_BE_SENT: frozenset[type[Exception]] = frozenset(
    {
        botocore.ConnectionClosedError,
        botocore.HTTPClientError,
        botocore.IncompleteReadError,
        botocore.ProxyConnectionError,
        botocore.ReadTimeoutError,
        botocore.ResponseStreamingError,
        botocore.SSLError,
    }
)
"""The errors of a connection that was open: the request may have arrived."""


def outcome_of(error: BaseException | None) -> Told:
    """What a writer was told, by the error that its call raised; None is an answer."""
    if error is None:
        return Told.OK
    if isinstance(error, ClientError):
        return _outcome_of_answer(error)
    return Told.FAIL if type(error) in NOT_SENT else Told.INFO


def error_name(error: BaseException | None) -> str:
    """What an error is called in a history: DynamoDB's code where it has one; empty where there is no error."""
    if error is None:
        return ""
    return _code(error) if isinstance(error, ClientError) else type(error).__name__


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) or type(error).__name__


def _outcome_of_answer(error: ClientError) -> Told:
    """A code counts only in a 4xx answer to a request that was sent once."""
    about = error.response.get("ResponseMetadata", {})
    code = _code(error)
    certain = (
        400 <= about.get("HTTPStatusCode", 0) < 500
        and about.get("RetryAttempts", 0) == 0
        and code in NOT_DONE
        and not (error.operation_name == "BatchWriteItem" and code in PART_MAY_BE_DONE)
    )
    return Told.FAIL if certain else Told.INFO
