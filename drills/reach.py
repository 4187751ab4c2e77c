"""Whether a table can be reached at all: dropped tables, lost Regions and keys that are gone are findings."""

from botocore.exceptions import ClientError

from .drill import Drill
from .table_settings import error_code
from .tables import name_of, region_of

NOT_THERE = frozenset({"ResourceNotFoundException", "TableNotFoundException"})


def out_of_reach(drill: Drill, table: str) -> str:
    """Why nobody can reach a table, where the drill knows it for certain; empty where nothing is known to be wrong."""
    if lost := _lost_region(drill, table):
        return f"Region {lost} is lost"
    try:
        described = drill.target.control(region_of(table)).describe_table(TableName=name_of(table))["Table"]
    except ClientError as error:
        if error_code(error) in NOT_THERE:
            return "the table does not exist any more"
        raise
    if described.get("TableStatus") == "INACCESSIBLE_ENCRYPTION_CREDENTIALS":
        return "the key that the table is encrypted with cannot be used"
    return ""


def _lost_region(drill: Drill, table: str) -> str:
    """The Region of a table, where it is lost; else empty."""
    region = region_of(table) or drill.target.region
    return region if drill.target.world is not None and region in drill.target.world.lost_regions() else ""
