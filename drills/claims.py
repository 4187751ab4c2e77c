"""What validators share: how a class of keys that should be empty is turned into a verdict."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .diff import ONLY_ABSENCE, Diff, Finding, ItemClass, Seen
from .evidence import PLACES, Evidence
from .values import ABSENT, Key, key_label
from .verdict import Verdict, failed, passed, unknown

KEYS_NAMED = 3


def none_of(evidence: Evidence, classes: tuple[ItemClass, ...], none_found: str) -> Verdict:
    """Pass when no snapshot has a key of these classes, fail when one has, unknown when a snapshot is not there.

    Args:
        evidence: of one run.
        classes: that should be empty.
        none_found: how to say that they are.
    """
    for name, found in evidence.diffs.items():
        for item_class in classes:
            findings = found.findings.get(item_class, ())
            if findings and not (item_class is ItemClass.MISSING and not found.complete):
                return failed(f"{PLACES[name]}: {_named(item_class, findings)}")
    return unknown(why) if (why := unseen(evidence)) else passed(f"{none_found} among {_keys(evidence)} keys")


def unseen(evidence: Evidence) -> str:
    """Which snapshot could not be compared, and why that matters; empty where all could be."""
    if evidence.diff_recovered is None:
        return "there is no snapshot of a recovered table to look at"
    if evidence.final and evidence.diff_in_service is None:
        return "there is no snapshot of the table in service"
    cut_short = [PLACES[name] for name, found in evidence.diffs.items() if not found.complete]
    return f"the snapshot of {cut_short[0]} did not come to its end" if cut_short else ""


class ExpectedKey(NamedTuple):
    """A key under which an item may be; `certain` where none would be wrong."""

    key: Key
    certain: bool


def expected_keys(evidence: Evidence, place: str) -> Iterator[ExpectedKey]:
    """The keys under which what a snapshot is held to allows an item: those of a place of `PLACES`."""
    restored = place == "restored"
    snapshot = evidence.restored if restored else evidence.in_service
    expectation = evidence.promise if restored else evidence.expected_in_service
    if snapshot is None or expectation is None:
        return
    seen = Seen.of(snapshot)
    for key in {**dict.fromkeys(expectation.writes), **dict.fromkeys(expectation.begun)}:
        right = expectation.right(key, *(expectation.during or seen.window(snapshot.rows.get(key))))
        if right != ONLY_ABSENCE:
            yield ExpectedKey(key, ABSENT not in right)


def _keys(evidence: Evidence) -> int:
    recovered: Diff | None = evidence.diff_recovered
    return recovered.keys if recovered else 0


def _named(item_class: ItemClass, findings: Sequence[Finding]) -> str:
    keys = ", ".join(key_label(finding.key) for finding in findings[:KEYS_NAMED])
    more = f" and {len(findings) - KEYS_NAMED} more" if len(findings) > KEYS_NAMED else ""
    plural = "key" if len(findings) == 1 else "keys"
    return f"{len(findings)} {plural} {item_class.value} ({findings[0].because}): {keys}{more}"
