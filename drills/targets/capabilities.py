"""Asking an endpoint what it can do: never assumed from its name."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ..errors import UnverifiableError
from ..target import Capability
from .clients import DYNAMODB

if TYPE_CHECKING:
    from .access import Access

KNOWS_THE_QUESTION = frozenset({"TableNotFoundException", "ResourceNotFoundException", "ResourceNotFound"})
"""What an API that is there answers about a table that is not; the last is moto's."""


class Question(NamedTuple):
    """What is asked, of which service, and the member without which a success has not its form."""

    ask: Callable[[Any, str], Any]
    member: str
    service: str = DYNAMODB


QUESTIONS = {
    Capability.POINT_IN_TIME: Question(
        lambda client, table: client.describe_continuous_backups(TableName=table), "ContinuousBackupsDescription"
    ),
    Capability.ON_DEMAND_BACKUP: Question(
        lambda client, table: client.list_backups(TableName=table), "BackupSummaries"
    ),
    Capability.TIME_TO_LIVE: Question(
        lambda client, table: client.describe_time_to_live(TableName=table), "TimeToLiveDescription"
    ),
    Capability.GLOBAL_TABLES: Question(
        lambda client, table: client.describe_table_replica_auto_scaling(TableName=table),
        "TableAutoScalingDescription",
    ),
    Capability.EXPORT_TO_S3: Question(lambda client, _: client.list_exports(), "ExportSummaries"),
    Capability.IMPORT_FROM_S3: Question(lambda client, _: client.list_imports(), "ImportSummaryList"),
    Capability.STREAMS: Question(
        lambda client, table: client.list_streams(TableName=table), "Streams", "dynamodbstreams"
    ),
    Capability.AWS_BACKUP: Question(lambda client, _: client.list_backup_vaults(), "BackupVaultList", "backup"),
    Capability.KEYS: Question(lambda client, _: client.list_keys(), "Keys", "kms"),
}
"""Harmless calls about a table that cannot exist, by what they show."""


def lacks(access: "Access", capability: Capability, no_such_table: str) -> str | None:
    """None where an endpoint has an API, else what it answered when it was asked about a table that cannot exist.

    Raises:
        UnverifiableError: it did not answer at all.
    """
    if capability not in QUESTIONS:
        return "nothing there can be asked for it"
    question = QUESTIONS[capability]
    # Once, and by a client that gives up soon: an endpoint that lacks a service often answers as if it had broken.
    client = access.greeting(question.service)
    try:
        # botocore takes a web page for an answer with a message, so a success has to have the form of one.
        found = question.member in question.ask(client, no_such_table)
        return None if found else "an answer that is not DynamoDB's"
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        return None if code in KNOWS_THE_QUESTION else str(error)
    except ResponseParserError as error:
        return f"an answer that is not DynamoDB's: {error}"
    except BotoCoreError as error:
        raise UnverifiableError(
            f"whether {access.place.endpoint_url} has {capability.value} could not be asked: {error}",
            "See whether it still runs.",
        ) from error
    finally:
        client.close()
