"""Incremental exports applied over a base."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import UsageError
from ..snapshots.folder import StoredSnapshot
from .full import Progress
from .manifest import Export, Summary


def key_attributes_in(export: Export) -> tuple[str, ...]:  # noqa: ARG001 -- nothing is applied yet
    """The key attributes that an incremental export shows."""
    return ()


def apply_changes(  # noqa: PLR0913
    base: StoredSnapshot, changes: Sequence[Export], into: Path, *, of: Summary | None, progress: Progress
) -> StoredSnapshot:
    """The state after all changes."""
    del base, changes, into, of, progress
    raise UsageError("incremental exports are not applied yet")
