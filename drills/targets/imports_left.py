"""Imports that are under way: nobody can cancel one, and a run that was killed after asking for it has no table yet.

The table is there some seconds later.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .inventory import Inventory
from .operations import table_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNDER_WAY = "IN_PROGRESS"


def is_import(name: str) -> bool:
    """Whether a name among the leftovers is the ARN of an import."""
    return name.startswith("arn:") and "/import/" in name


def imports_left(control: "DynamoDBClient", inventory: Inventory) -> Iterator[str]:
    """The ARNs of the imports into the run's tables that are under way in a Region."""
    start: dict[str, str] = {}
    while True:
        page = control.list_imports(**start)  # type: ignore[arg-type] # a token, or nothing
        for each in page["ImportSummaryList"]:
            if each["ImportStatus"] == UNDER_WAY and table_of(each["ImportArn"]).startswith(inventory.prefix):
                yield each["ImportArn"]
        if not page.get("NextToken"):
            return
        start = {"NextToken": page["NextToken"]}


def is_over(control: "DynamoDBClient", arn: str) -> bool:
    """Whether an import has come to its end, whatever that was."""
    return control.describe_import(ImportArn=arn)["ImportTableDescription"]["ImportStatus"] != UNDER_WAY
