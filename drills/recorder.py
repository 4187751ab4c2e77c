"""Writing a history: every line is handed to the operating system before the call that it describes is sent."""

import errno
import os
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from .history import Told, Who
from .marks import Mark
from .values import Change, Key, digest


class Recorder:
    """One part file of a history, written by one process and safe to call from its threads.

    A line goes out in one `write` call on a descriptor opened for appending, so that a process killed between two
    calls leaves whole lines, and one killed inside a call leaves at most one torn last line.
    """

    def __init__(self, folder: Path, part: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.part = part
        self._file = os.open(folder / f"{part}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._numbers = count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the part file; further calls are an error."""
        os.close(self._file)

    def asked(self, who: Who, kind: str, table: str, changes: Sequence[Change], at: float) -> str:
        """Write down that a write is about to be sent, and return the op id to tell its outcome by.

        Args:
            who: whose write this is.
            kind: "put", "update", "delete", "batch" or "transaction".
            table: the name of the table that it is sent to.
            changes: one entry per key.
            at: the instant just before sending, target time.
        """
        op = f"{self.part}-{next(self._numbers)}"
        shared = {"t": "asked", "op": op, "kind": kind, "table": table, "who": who.value, "at": at}
        self._write(
            [
                {**shared, "key": change.key, "value": change.value, "digest": digest(change.value).hex()}
                for change in changes
            ]
        )
        return op

    def told(self, op: str, outcome: Told, at: float, *, refused: Sequence[Key] = (), error: str = "") -> None:
        """Write down what the writer was told.

        Args:
            op: what `asked` returned.
            outcome: for the whole op.
            at: the instant just after the answer, target time.
            refused: keys of a batch that the answer named as not processed: these did not happen.
            error: the name of the error, when there was one.
        """
        line: dict[str, Any] = {"t": "told", "op": op, "outcome": outcome.value, "at": at}
        if refused:
            line["refused"] = list(refused)
        if error:
            line["error"] = error
        self._write([line])

    def read(self, table: str, key: Key, digest: bytes, asked_at: float, told_at: float) -> None:
        """Write down what a user saw under a key."""
        self._write(
            [
                {
                    "t": "read",
                    "table": table,
                    "key": key,
                    "digest": digest.hex(),
                    "asked_at": asked_at,
                    "told_at": told_at,
                }
            ]
        )

    def mark(self, mark: Mark, at: float) -> None:
        """Write down that the drill reached one of its instants."""
        self._write([{"t": "mark", "mark": mark.value, "at": at}])

    def act(self, act: str, at: float, refused: str = "") -> None:
        """Write down something that the disaster is about to do and that is no write of items.

        Written down a second time, with the same instant, it is what it was `refused` with.
        """
        self._write([{"t": "act", "act": act, "at": at, **({"refused": refused} if refused else {})}])

    def outage(self, region: str | None, from_at: float, to_at: float) -> None:
        """Write down that a Region was down by the drill's own doing, for the whole of that time; None is home."""
        self._write([{"t": "outage", "region": region, "from_at": from_at, "to_at": to_at}])

    def jump(self, from_at: float, to_at: float, why: str) -> None:
        """Write down that the target's clock was moved."""
        self._write([{"t": "jump", "from_at": from_at, "to_at": to_at, "why": why}])

    def load(self, counted: Mapping[str, Any]) -> None:
        """Write down what a load process counted; the names are the fields of `history.LoadCount`."""
        self._write([{"t": "load", **counted}])

    def _write(self, records: Sequence[Mapping[str, Any]]) -> None:
        lines = b"".join(orjson.dumps(record) + b"\n" for record in records)
        written = os.write(self._file, lines)
        if written != len(lines):
            raise OSError(errno.ENOSPC, f"only {written} of {len(lines)} bytes of the history could be written")
