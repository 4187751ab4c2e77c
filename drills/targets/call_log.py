"""The call log of a run: one line per call of the control plane, as CloudTrail would have kept it.

    {"operation": "DeleteTable", "tables": ["..."], "parameters": {...}, "outcome": "ok", "asked_at": 1.0, "told_at": 1}

`outcome` is "ok", the error's code, "refused" (the guard did not let it out), or the name of the exception where no
answer came; `told_at` is null for the last two. Calls on items are in the history, not here.
"""

import os
from pathlib import Path

import orjson

from ..clock import Clock
from .operations import ITEM_OPERATIONS, Parameters, tables_of


class CallLog:
    """Appends each call's line at once, in one write: safe between threads, and whole after a kill."""

    def __init__(self, path: Path, clock: Clock) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self.clock = clock

    def write(
        self, operation: str, parameters: Parameters, outcome: str, asked_at: float, told_at: float | None
    ) -> None:
        """Append one call's line, unless the call is on items or the log was closed."""
        if operation in ITEM_OPERATIONS or self._file < 0:
            return
        line = {
            "operation": operation,
            "tables": tables_of(operation, parameters),
            "parameters": parameters,
            "outcome": outcome,
            "asked_at": asked_at,
            "told_at": told_at,
        }
        os.write(self._file, orjson.dumps(line, default=str) + b"\n")

    def close(self) -> None:
        """Close the log; later calls leave no line. Can be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
