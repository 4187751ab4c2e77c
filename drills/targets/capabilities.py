"""Asking an endpoint what it can do: never assumed from its name."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ..errors import UnverifiableError
from ..target import Capability

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KNOWS_THE_QUESTION = frozenset({"TableNotFoundException", "ResourceNotFoundException"})
"""What an API that is there answers about a table that is not."""


def lacks(client: "DynamoDBClient", capability: Capability, no_such_table: str) -> str | None:
    """None where an endpoint has an API, else what it answered when it was asked about a table that cannot exist.

    Raises:
        UnverifiableError: it did not answer at all.
    """
    try:
        return None if _knows(client, capability, no_such_table) else "an answer that is not DynamoDB's"
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        return None if code in KNOWS_THE_QUESTION else str(error)
    except ResponseParserError as error:
        return f"an answer that is not DynamoDB's: {error}"
    except BotoCoreError as error:
        raise UnverifiableError(
            f"whether {client.meta.endpoint_url} has {capability.value} could not be asked: {error}",
            "See whether it still runs.",
        ) from error


def _knows(client: "DynamoDBClient", capability: Capability, no_such_table: str) -> bool:
    """Whether a success has the form of one: botocore takes a web page for an answer with a message."""
    match capability:
        case Capability.POINT_IN_TIME:
            return "ContinuousBackupsDescription" in client.describe_continuous_backups(TableName=no_such_table)
        case Capability.ON_DEMAND_BACKUP:
            return "BackupSummaries" in client.list_backups(TableName=no_such_table)
