"""What a restore restores from: a table or a backup, of this Region or by its ARN of another one.

A restore across Regions is asked for where the new table is to be, and must say how that one is encrypted (Developer
Guide, "Restoring a DynamoDB table to a point in time"). It reads from the other Region, so that it cannot begin while
that Region is down.
"""

import re
from typing import Final, NamedTuple

from .backend import Backend, Request
from .errors import invalid
from .names import check_name
from .regions import check_restore_across, region_down
from .wire import need, optional

TABLE_ARN: Final = re.compile(r"arn:[^:]+:dynamodb:([^:]+):(\d{12}):table/([a-zA-Z0-9_.-]{3,255})\Z")
BACKUP_ARN: Final = re.compile(r"arn:[^:]+:dynamodb:([^:]+):(\d{12}):table/[a-zA-Z0-9_.-]{3,255}/backup/[^/]+\Z")


class Source(NamedTuple):
    """Where the source of a restore is, and its name there: a table's name, or a backup's ARN."""

    backend: Backend
    name: str


def source_table(request: Request) -> Source:
    """The table that a restore names, by name in this Region or by ARN in any.

    Raises:
        AwsError: it names none or two, another account's, or one in a Region from which it cannot restore.
    """
    name = optional(request.body, "SourceTableName", str)
    arn = optional(request.body, "SourceTableArn", str)
    if name is not None and arn is not None:
        raise invalid("Must provide exactly one of: sourceTableArn, sourceTableName")
    if arn is None:
        if name is None:
            raise invalid("The parameter 'TableName' is required")
        return Source(request.backend, check_name(name, "sourceTableName"))
    match = TABLE_ARN.match(arn)
    if match is None:
        raise invalid("sourceTableArn is not a valid ARN")
    region, account, table = match.groups()
    return Source(_across(request, region, account), table)


def source_backup(request: Request) -> Source:
    """The backup that a restore names, in this Region or in another one.

    Raises:
        AwsError: it is another account's, or in a Region from which it cannot restore.
    """
    arn = need(request.body, "BackupArn", str)
    match = BACKUP_ARN.match(arn)
    return Source(request.backend if match is None else _across(request, *match.groups()), arn)


def _across(request: Request, region: str, account: str) -> Backend:
    here = request.backend
    if account != here.account_id:
        raise invalid(
            "Invalid Request: restores are only supported by accounts that match the resource owner's account"
        )
    if region == here.region_name:
        return here
    if request.body.get("SSESpecificationOverride") is None:
        raise invalid("Invalid Request: sseSpecificationOverride must be provided for cross-region restores")
    check_restore_across(region, here.region_name)
    if region in here.fleet.outages:
        raise region_down(region)
    return here.fleet.at(account, region)
