"""The keys and values of canaries: marked, so that nobody takes them for anything else, and nothing else for them."""

from base64 import b64encode
from typing import Any

from ..errors import UnsupportedError
from ..marked_keys import CONDITIONS, MARK
from ..values import Change, Item, Key, key_of
from .folder import CanaryRecord


def word_for(run_id: str) -> str:
    """How the keys of some canaries begin."""
    return f"dynadrill-canary-{run_id}-"


def check_schema(key_attributes: tuple[str, ...], key_types: tuple[str, ...]) -> None:
    """Make sure that a key of this schema can carry a mark.

    Raises:
        UnsupportedError: its partition key is a number.
    """
    if key_types[0] == "N":
        raise UnsupportedError(
            f"the partition key {key_attributes[0]} is a number, which can carry no mark",
            "A canary has to be told from your items by its key.",
        )


def key(record: CanaryRecord, number: int) -> Item:
    """The key of one canary."""
    text = f"{record.mark}{number}"
    forms = {"S": text, "B": b64encode(text.encode()).decode(), "N": str(number)}
    return {name: {kind: forms[kind]} for name, kind in zip(record.key_attributes, record.key_types, strict=True)}


def key_text(record: CanaryRecord, number: int) -> Key:
    """The same as canonical text."""
    return key_of(key(record, number), record.key_attributes)


def put(record: CanaryRecord, number: int, token: str) -> Change:
    """One canary's next value, which no other write of it has."""
    return Change(key_text(record, number), {**key(record, number), MARK: {"S": token}})


def delete(record: CanaryRecord, number: int) -> Change:
    """One canary's end."""
    return Change(key_text(record, number), None)


def condition(record: CanaryRecord, change: Change) -> dict[str, Any]:
    """What a change is made on."""
    if change.value is None:
        return {"ConditionExpression": CONDITIONS["DeleteItem"], "ExpressionAttributeNames": {"#mark": MARK}}
    names = {"#key": record.key_attributes[0], "#mark": MARK}
    return {"ConditionExpression": CONDITIONS["PutItem"], "ExpressionAttributeNames": names}
