"""Lists of jobs, points and plans: filtered by what a request asks for, then cut into pages."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..blueprint import Shape
from .refusals import invalid_value, not_implemented

MOST_LISTED = 1000
EQUAL: Final[Mapping[str, str]] = {
    "ByAccountId": "AccountId",
    "ByBackupPlanId": "CreatedBy.BackupPlanId",
    "ByBackupVaultName": "BackupVaultName",
    "ByDestinationVaultArn": "DestinationBackupVaultArn",
    "ByParentJobId": "ParentJobId",
    "ByParentRecoveryPointArn": "ParentRecoveryPointArn",
    "ByResourceArn": "ResourceArn",
    "ByResourceType": "ResourceType",
    "ByRestoreTestingPlanArn": "CreatedBy.RestoreTestingPlanArn",
    "BySourceRecoveryPointArn": "SourceRecoveryPointArn",
    "ByState": "State",
    "ByStatus": "Status",
    "ByVaultType": "VaultType",
}
"""Members of requests, and the member of what is listed that must be the same."""
AFTER: Final[Mapping[str, str]] = {
    "ByCreatedAfter": "CreationDate",
    "ByCompleteAfter": "CompletionDate",
    "ByRecoveryPointCreationDateAfter": "RecoveryPointCreationDate",
}
BEFORE: Final[Mapping[str, str]] = {
    "ByCreatedBefore": "CreationDate",
    "ByCompleteBefore": "CompletionDate",
    "ByRecoveryPointCreationDateBefore": "RecoveryPointCreationDate",
}
NOT_HERE = ("ByMessageCategory", "ByShared")


def listed(shapes: Iterable[Shape], members: Shape, under: str) -> Shape:
    """One page of those that a request asks for, under a member's name, and `NextToken` where there are more.

    Raises:
        AwsError: the token is none that was given, or a filter is not implemented.
    """
    for name in NOT_HERE:
        if name in members:
            raise not_implemented(name)
    found = [shape for shape in shapes if _is_asked_for(shape, members)]
    start = _start(members.get("NextToken"), len(found))
    end = start + members.get("MaxResults", MOST_LISTED)
    return {under: found[start:end], "NextToken": str(end) if end < len(found) else None}


def _start(token: str | None, count: int) -> int:
    if token is None:
        return 0
    if not (token.isascii() and token.isdecimal() and len(token) < 10 and int(token) <= count):
        raise invalid_value(f"Invalid NextToken: {token}")
    return int(token)


def _is_asked_for(shape: Shape, members: Shape) -> bool:
    return (
        all(members[by] == _at(shape, name) for by, name in _in(EQUAL, members))
        and all(_at(shape, name) is not None and _at(shape, name) > members[by] for by, name in _in(AFTER, members))
        and all(_at(shape, name) is not None and _at(shape, name) < members[by] for by, name in _in(BEFORE, members))
    )


def _in(bounds: Mapping[str, str], members: Shape) -> list[tuple[str, str]]:
    return [(by, name) for by, name in bounds.items() if by in members]


def _at(shape: Shape, path: str) -> Any:
    found: Any = shape
    for name in path.split("."):
        found = (found or {}).get(name)
    return found
