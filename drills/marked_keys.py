"""The keys of somebody's table that canaries have, and on what they are written."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MARK = "dynadrill_canary"
"""The attribute that every canary has."""

CONDITIONS: Mapping[str, str] = {
    "PutItem": "attribute_not_exists(#key) OR attribute_exists(#mark)",
    "DeleteItem": "attribute_exists(#mark)",
}
"""On what a canary is written: that there is no item, or a canary."""


@dataclass(frozen=True)
class MarkedKeys:
    """The keys that may be written: of one table, those whose partition key begins with a word."""

    table: str
    partition_key: str
    word: str

    def cover(self, item: Mapping[str, Any]) -> bool:
        """Whether an item, or a bare key, is under such a key."""
        ((kind, value),) = item.get(self.partition_key, {"": ""}).items()
        if kind == "S":
            return str(value).startswith(self.word)
        return kind == "B" and b64decode(value).startswith(self.word.encode())
