"""Laying something over a mapping without copying it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from .values import Key

Value = TypeVar("Value")


@dataclass(frozen=True)
class Overlay(Mapping[Key, Value]):
    """A mapping with some entries laid over it, and some taken out."""

    base: Mapping[Key, Value]
    over: Mapping[Key, Value]
    without: frozenset[Key] = frozenset()

    def __getitem__(self, key: Key) -> Value:
        if key in self.over:
            return self.over[key]
        if key in self.without:
            raise KeyError(key)
        return self.base[key]

    def __contains__(self, key: object) -> bool:
        return key in self.over or (key in self.base and key not in self.without)

    def get(self, key: Key, default: Any = None) -> Any:
        """As of any mapping; spelled out, since it is asked once for every key of a table."""
        if key in self.over:
            return self.over[key]
        return default if key in self.without else self.base.get(key, default)

    def __iter__(self) -> Iterator[Key]:
        yield from self.over
        yield from (key for key in self.base if key not in self.over and key not in self.without)

    def __len__(self) -> int:
        laid = sum(key not in self.base for key in self.over)
        taken = sum(key in self.base and key not in self.over for key in self.without)
        return len(self.base) + laid - taken


class Fallback(dict[Key, frozenset[bytes]]):
    """A dictionary that answers from another what it does not know itself."""

    def __init__(self, base: Mapping[Key, frozenset[bytes]]) -> None:
        super().__init__()
        self.base = base

    def __missing__(self, key: Key) -> frozenset[bytes]:
        return self.base[key]
