"""The table that is checked, as it is found: looked at, and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..beside_reading import clients_beside
from ..costs.estimate import Size
from ..denials import denied, is_denied
from ..errors import UsageError
from ..runrecord import SettingsRecord, settings_record
from ..settings_reading import read_settings
from ..table_settings import error_code
from .where import Place

if TYPE_CHECKING:
    from ..target import Target


@dataclass(frozen=True)
class Source:
    """A table: where it is, what it is, and what is switched on."""

    name: str
    region: str
    arn: str
    table_id: str
    key_attributes: tuple[str, ...]
    size: Size
    items: int
    settings: SettingsRecord

    @property
    def account(self) -> str:
        """The account's number, which is shown to nobody."""
        return self.arn.split(":")[4]


def look_at(target: "Target", place: Place) -> Source:
    """Describe a table and read its settings.

    Raises:
        UsageError: there is none, or it is another account's.
        RefusedError: the credentials may not look at it.
    """
    try:
        return _look_at(target, place)
    except ClientError as error:
        if is_denied(error):
            raise denied(error) from error
        raise


def _look_at(target: "Target", place: Place) -> Source:
    region = place.region or target.region
    control = target.control(region)
    try:
        described: Mapping[str, Any] = control.describe_table(TableName=place.name)["Table"]
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        raise UsageError(
            f"there is no table {place.name} at {target.name} in {region}", "See the name, the Region and the account."
        ) from error
    if place.arn and described["TableArn"] != place.arn:
        raise UsageError(
            "the ARN names a table of another account than the credentials are of",
            "A restore is made in the table's own account: use credentials of it.",
        )
    return Source(
        name=place.name,
        region=region,
        arn=described["TableArn"],
        table_id=described.get("TableId", ""),
        key_attributes=tuple(
            key["AttributeName"] for key in sorted(described["KeySchema"], key=lambda key: str(key["KeyType"]))
        ),
        size=_size(described),
        items=int(described.get("ItemCount", 0)),
        settings=settings_record(read_settings(control, place.name, clients_beside(target, region))),
    )


def _size(described: Mapping[str, Any]) -> Size:
    """Up to six hours old (API Reference, TableDescription)."""

    def indexes(member: str) -> int:
        return sum(int(index.get("IndexSizeBytes", 0)) for index in described.get(member) or ())

    return Size(
        int(described.get("TableSizeBytes", 0)), indexes("LocalSecondaryIndexes"), indexes("GlobalSecondaryIndexes")
    )
