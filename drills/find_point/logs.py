"""The bad job's own log, as JSON lines: which key it wrote, when, and what it put there, where it says so."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import orjson

from ..errors import UsageError
from ..quantities import parse_instant
from ..values import ABSENT, Item, Key, digest, key_of

FORM = (
    'A line reads {"key": {"id": {"S": "a"}}, "at": "2026-03-05T15:00:00Z"}; with "item", typed as DynamoDB types it,'
    " or null for a deletion, it also says what was written."
)
PLAIN = {str: "S", int: "N", float: "N"}


class LoggedWrite(NamedTuple):
    """One write by a job's log. `left` is the digest of what it left, None where the log does not say."""

    at: float
    key: Key
    left: bytes | None


def read_log(path: Path, key_attributes: Sequence[str]) -> list[LoggedWrite]:
    """Read a log.

    Args:
        path: of the file.
        key_attributes: of the table, which every key must have.

    Raises:
        UsageError: it cannot be read, holds nothing, or a line is not of the form.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", FORM) from error
    found = [
        _write(line, f"{path}:{number}", key_attributes) for number, line in enumerate(lines, start=1) if line.strip()
    ]
    if not found:
        raise UsageError(f"{path} names no write", FORM)
    return found


def _write(line: bytes, where: str, key_attributes: Sequence[str]) -> LoggedWrite:
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        _wrong(where, f"is not JSON: {error}")
    if not isinstance(told, dict) or not {"key", "at"} <= told.keys() <= {"key", "at", "item"}:
        _wrong(where, 'has to have "key" and "at", and may have "item"')
    if not isinstance(told["key"], dict) or set(told["key"]) != set(key_attributes):
        _wrong(where, f"has another key than the table's, which is {', '.join(key_attributes)}")
    key = {name: _typed(value, where) for name, value in told["key"].items()}
    return LoggedWrite(_instant(told["at"], where), key_of(key, key_attributes), _left(told, where))


def _instant(at: Any, where: str) -> float:
    try:
        return parse_instant(str(at))
    except UsageError as error:
        raise UsageError(f"{where}: {error.message}", error.hint) from error


def _left(told: dict[str, Any], where: str) -> bytes | None:
    if "item" not in told:
        return None
    item: Item | None = told["item"]
    if item is None:
        return ABSENT
    try:
        return digest(item)
    except (AttributeError, TypeError, ValueError, ArithmeticError):
        _wrong(where, "has an item that is not typed as DynamoDB types it")


def _typed(value: Any, where: str) -> dict[str, Any]:
    """A key's value as it is typed on the wire; bare texts and numbers are taken for S and N."""
    if isinstance(value, dict) and len(value) == 1 and set(value) <= {"S", "N", "B"}:
        return value
    kind = PLAIN.get(type(value))
    if kind is None:
        _wrong(where, f"has the key value {value!r}, which is no text and no number")
    return {kind: str(value)}


def _wrong(where: str, what: str) -> NoReturn:
    raise UsageError(f"{where} {what}", FORM)
