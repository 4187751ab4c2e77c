"""Faults on demand: what is to go wrong, where, how often and how many times.

A fault is matched by service, operation, table and Region, each left empty for any; of several that match the first
one that is drawn strikes. Draws come from the machine's seed.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from random import Random


class Effect(StrEnum):
    """What a fault does."""

    THROTTLE = "throttle"
    """The request is refused with the exception by which its operation is throttled; see `throttling`."""
    UNPROCESSED = "unprocessed"
    """Every second request of a BatchWriteItem or BatchGetItem comes back unprocessed; of one alone, `throttle`."""
    ERROR_BEFORE = "error-before"
    """HTTP 500, and nothing was done."""
    ERROR_AFTER = "error-after"
    """HTTP 500, and the request was carried out."""
    UNAVAILABLE = "unavailable"
    """HTTP 503, and nothing was done."""
    LATENCY = "latency"
    """The answer is held back for `seconds`: real ones over HTTP, target time within a process."""
    DROP_BEFORE = "drop-before"
    """The connection is closed without an answer, and nothing was done."""
    DROP_AFTER = "drop-after"
    """The connection is closed without an answer, and the request was carried out."""
    FAIL = "fail"
    """Work that takes its time (a restore, export, import, backup, copy) is accepted and fails at its end."""
    BACKUP_SKEW = "backup-skew"
    """An on-demand backup holds the table as it was up to `seconds` (60 at most) before or after it was asked for."""
    TORN_TRANSACTION = "torn-transaction"
    """A backup or restore holds only a part of a transaction that was under way within its boundary."""


@dataclass(frozen=True)
class Fault:
    """One fault; empty strings match anything, `times` None means without end."""

    effect: Effect
    service: str = ""
    operation: str = ""
    table: str = ""
    region: str = ""
    probability: float = 1.0
    times: int | None = None
    seconds: float = 0.0
    number: int = 0
    """Its name; given when it is added."""
    struck: int = 0
    """How often it has struck."""

    def matches(self, service: str, operation: str, tables: Collection[str], region: str) -> bool:
        """Whether it is about such a request or such work; one of its tables is enough."""
        wanted = ((self.service, service), (self.operation, operation), (self.region, region))
        return all(not mine or mine == found for mine, found in wanted) and (not self.table or self.table in tables)


class Faults:
    """The faults that are switched on; safe to use from several threads."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._faults: dict[int, Fault] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, fault: Fault) -> Fault:
        """Switch a fault on; the answer has its number."""
        with self._lock:
            added = replace(fault, number=next(self._numbers))
            self._faults[added.number] = added
        return added

    def remove(self, number: int) -> bool:
        """Switch a fault off; False when there is none of that number."""
        with self._lock:
            return self._faults.pop(number, None) is not None

    def listed(self) -> list[Fault]:
        """All that are on, `times` being how often they still strike."""
        with self._lock:
            return list(self._faults.values())

    def clear(self) -> None:
        """Switch all of them off."""
        with self._lock:
            self._faults.clear()

    def strike(
        self,
        *effects: Effect,
        service: str = "dynamodb",
        operation: str = "",
        table: str | Collection[str] = "",
        region: str = "",
    ) -> Fault | None:
        """The fault that strikes now, of some effects; counted and drawn.

        Args:
            effects: the first fault that has one of these.
            service: as a signature names it.
            operation: what is asked for, or was when work began.
            table: the table it is about, or all of them.
            region: where.
        """
        if not self._faults:
            return None
        tables = (table,) if isinstance(table, str) else table
        with self._lock:
            for fault in list(self._faults.values()):
                if fault.effect not in effects or not fault.matches(service, operation, tables, region):
                    continue
                if self._random.random() < fault.probability:
                    return self._counted(fault)
        return None

    def _counted(self, fault: Fault) -> Fault:
        left = None if fault.times is None else fault.times - 1
        counted = replace(fault, times=left, struck=fault.struck + 1)
        if left == 0:
            del self._faults[fault.number]
        else:
            self._faults[fault.number] = counted
        return counted
