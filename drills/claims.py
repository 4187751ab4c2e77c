"""What validators share: how a class of keys that should be empty is turned into a verdict."""

from collections.abc import Sequence
from typing import NamedTuple

from .diff import ONLY_ABSENCE, Diff, Finding, ItemClass
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
                return failed(f"{PLACES[name]}: {_named(item_class, findings, evidence)}")
    return unknown(why) if (why := unseen(evidence)) else passed(f"{none_found} among {_keys(evidence)} keys")


def unseen(evidence: Evidence) -> str:
    """Which snapshot could not be compared, and why that matters; empty where all could be."""
    if evidence.diff_recovered is None:
        return "there is no snapshot of a recovered table to look at"
    if evidence.final and evidence.diff_in_service is None:
        return "there is no snapshot of the table in service"
    if evidence.final and evidence.run.failed_back_at is not None and evidence.diff_left is None:
        return f"there is no snapshot of {PLACES['left']}"
    cut_short = [PLACES[name] for name, found in evidence.diffs.items() if not found.complete]
    return f"the snapshot of {cut_short[0]} did not come to its end" if cut_short else ""


class OffCount(NamedTuple):
    """Keys by which a snapshot has too few items or too many: absent where none may be, and there where one may not."""

    missing: tuple[Key, ...]
    extra: tuple[Key, ...]


def off_count(found: Diff) -> OffCount:
    """The keys of a diff that make the number of items wrong; other values under right keys do not."""
    wrong = [finding for findings in found.findings.values() for finding in findings]
    return OffCount(
        missing=tuple(finding.key for finding in wrong if finding.seen == ABSENT),
        extra=tuple(finding.key for finding in wrong if finding.right == ONLY_ABSENCE),
    )


def _keys(evidence: Evidence) -> int:
    recovered: Diff | None = evidence.diff_recovered
    return recovered.keys if recovered else 0


def _named(item_class: ItemClass, findings: Sequence[Finding], evidence: Evidence) -> str:
    keys = ", ".join(key_label(finding.key) for finding in findings[:KEYS_NAMED])
    more = f" and {len(findings) - KEYS_NAMED} more" if len(findings) > KEYS_NAMED else ""
    plural = "key" if len(findings) == 1 else "keys"
    return f"{len(findings)} {plural} {item_class.value} ({evidence.because(findings[0])}): {keys}{more}"
