"""AWS's Regions and partitions, from botocore's own list, and what may cross from one to another."""

import re
from difflib import get_close_matches
from functools import cache
from typing import Final, NamedTuple

from botocore.loaders import Loader

from ..errors import UsageError
from .errors import AwsError, invalid

NO_RESTORE_ACROSS: Final = frozenset({"ap-east-1", "me-south-1"})
"""Hong Kong and Bahrain: neither a source nor a target of a restore across Regions (Developer Guide, "Restoring a
DynamoDB table to a point in time")."""

FORM: Final = re.compile(r"[a-z]+(-[a-z]+)?-(north|south|central|(north|south)?(east|west))-\d+")
"""How every Region is named: where it is, a point of the compass and a number. New ones are too."""


class Partition(NamedTuple):
    """One of AWS's partitions, such as `aws` or `aws-cn`, with the form and the names of its Regions."""

    name: str
    pattern: re.Pattern[str]
    regions: tuple[str, ...]


@cache
def _partitions() -> tuple[Partition, ...]:
    listed = Loader().load_data("partitions")["partitions"]
    return tuple(
        Partition(
            each["id"],
            re.compile(each["regionRegex"]),
            tuple(sorted(name for name in each["regions"] if not name.endswith("-global"))),
        )
        for each in listed
    )


def partition_of(region: str) -> Partition | None:
    """The partition of a Region, told by the form of its name, so that new Regions are known; None for no Region."""
    return next((each for each in _partitions() if region in each.regions or each.pattern.match(region)), None)


def check_region(name: str) -> str:
    """A Region that a person has written, for what is to happen there: for a misspelt one it would never happen.

    Raises:
        UsageError: no Region can have that name.
    """
    if not FORM.fullmatch(name):
        known = [region for partition in _partitions() for region in partition.regions]
        nearest = get_close_matches(name, known, n=1) or ["us-east-1"]
        raise UsageError(f"{name!r} is no Region", f"Write it as AWS does, such as {nearest[0]}.")
    return name


def check_restore_across(source: str, target: str) -> None:
    """Refuse a restore between two Regions that AWS does not offer.

    Raises:
        AwsError: ValidationException; they lie in different partitions, or one of them is Hong Kong or Bahrain.
    """
    barred = sorted({source, target} & NO_RESTORE_ACROSS)
    if barred:
        raise invalid(f"Invalid Request: cross-region restores are not supported in {', '.join(barred)}")
    if partition_of(source) != partition_of(target):
        raise invalid(
            f"Invalid Request: cross-region restores are not supported from {source} to {target}: they are in "
            "different partitions"
        )


def region_down(region: str) -> AwsError:
    """What a call says that needs another Region, which is down."""
    return AwsError("ServiceUnavailable", f"the Region {region} is down", status=503)
