"""The Region sets of strong global tables: all three Regions of such a table are in one of them.

Prescriptive Guidance, "Using DynamoDB global tables: key facts about MRSC"; API Reference,
CreateGlobalTableWitnessGroupMemberAction.
"""

from typing import Final

REGION_SETS: Final = (
    ("us-east-1", "us-east-2", "us-west-2"),
    ("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
    ("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
)
"""In the order in which AWS names them."""


def set_of(region: str) -> tuple[str, ...]:
    """The set that a Region is in; empty where it is in none, so that no strong global table can be there."""
    return next((each for each in REGION_SETS if region in each), ())
