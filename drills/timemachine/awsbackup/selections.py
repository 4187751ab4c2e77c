"""Selections: the tables that a backup plan backs up, named by ARN or by tag.

A table is selected when its ARN fits `Resources` and its tags fit all `Conditions`, or when one of its tags is in
`ListOfTags`, and its ARN does not fit `NotResources`. Service opt-in counts only where tags alone select (API
reference, "BackupSelection" and UpdateRegionSettings).
"""

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from ..blueprint import Shape
from ..table import Table
from .refusals import invalid_value
from .state import AwsBackup

TAG_PREFIX: Final = "aws:ResourceTag/"
TESTS: Final[Mapping[str, Callable[[str | None, str], bool]]] = {
    "StringEquals": lambda found, wanted: found == wanted,
    "StringNotEquals": lambda found, wanted: found != wanted,
    "StringLike": lambda found, wanted: found is not None and fnmatchcase(found, wanted),
    "StringNotLike": lambda found, wanted: found is None or not fnmatchcase(found, wanted),
}
ALL_TABLES: Final = "arn:aws:dynamodb:*:*:table/*"


class Selection(NamedTuple):
    """One selection of a plan."""

    selection_id: str
    created_at: float
    creator_request_id: str | None
    document: Shape

    def has(self, state: AwsBackup, table: Table) -> bool:
        """Whether a table is selected."""
        arn, tags = table.table_arn, tags_of(table)
        if fits_any(arn, self.document.get("NotResources", [])):
            return False
        resources, conditions = self.document.get("Resources", []), self.document.get("Conditions") or {}
        if (resources or conditions) and fits_any(arn, resources or [ALL_TABLES]) and _fits(tags, conditions):
            return bool(resources) or state.is_opted_in
        return state.is_opted_in and any(
            tags.get(tag_key(each["ConditionKey"])) == each["ConditionValue"]
            for each in self.document.get("ListOfTags", [])
        )


def check_selection(document: Shape) -> None:
    """Refuse a selection that selects nothing, or that cannot be read.

    Raises:
        AwsError: InvalidParameterValueException.
    """
    if not any(document.get(member) for member in ("Resources", "ListOfTags", "Conditions")):
        raise invalid_value("a selection needs Resources, ListOfTags or Conditions")
    for arn in (*document.get("Resources", []), *document.get("NotResources", [])):
        if not arn.startswith("arn:") and arn != "*":
            raise invalid_value(f"not an ARN, nor the beginning of one with * at its end: {arn}")
    for several in (document.get("Conditions") or {}).values():
        if any("ConditionKey" not in each or "ConditionValue" not in each for each in several):
            raise invalid_value("each of the Conditions needs a ConditionKey and a ConditionValue")


def selected_tables(state: AwsBackup, selections: Iterable[Selection]) -> dict[str, str]:
    """The tables that selections name, and for each the role of the first that does."""
    tables = [table for table in state.backend.tables.values() if table.status in {"ACTIVE", "UPDATING"}]
    found: dict[str, str] = {}
    for selection in selections:
        for table in tables:
            if table.name not in found and selection.has(state, table):
                found[table.name] = selection.document["IamRoleArn"]
    return found


def tags_of(table: Table) -> dict[str, str]:
    """A table's tags."""
    return {tag["Key"]: tag["Value"] for tag in table.tags}


def fits_any(arn: str, patterns: Iterable[str]) -> bool:
    """Whether an ARN is one of those that patterns with `*` stand for."""
    return any(fnmatchcase(arn, pattern.replace("[", "[[]")) for pattern in patterns)


def _fits(tags: Mapping[str, str], conditions: Shape) -> bool:
    return all(
        TESTS[name](tags.get(tag_key(each["ConditionKey"])), each["ConditionValue"])
        for name, several in conditions.items()
        for each in several
    )


def tag_key(key: str) -> str:
    """The tag that a condition is about: `aws:ResourceTag/team` is about `team`."""
    return key.removeprefix(TAG_PREFIX)
