"""How a person removes what a run could not: what is left, and the command to be copied."""

import shlex
from pathlib import Path

from .masking import masked
from .runrecord import RunRecord


def removal(record: RunRecord, folder: Path) -> list[str]:
    """What is left of a run, and the command that removes it; empty where nothing is."""
    if not record.leftovers:
        return []
    return [*map(masked, record.leftovers), shlex.join(["dynadrill", "sweep", str(folder), "--yes"])]
