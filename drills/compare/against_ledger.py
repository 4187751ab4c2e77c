"""A table held against a run's ledger: what each key may hold at an instant, in the classes of a drill's judgement."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.parquet as pq

from ..defects import ControlResult
from ..diff import Diff, Finding, ItemClass, Seen, diff
from ..errors import UnverifiableError, UsageError
from ..evidence import Evidence
from ..garbage import uncollected
from ..ledger import Ledger, rewound
from ..planted import prove_detector
from ..snapshot import Row
from ..snapshots.columns import digest_of
from ..snapshots.folder import StoredSnapshot
from ..store import open_run, read_record
from ..stored import load_evidence
from ..values import Key
from .comparing import Asked, side_record
from .result import EXIT_CODES, Comparison, DifferenceRecord, ProofRecord, SideRecord, Verdict
from .sides import Side
from .sql import Side as Which
from .words import Word

ROWS_AT_ONCE = 2000
MOST_UNDECIDED = 0.01
"""The share of keys that may be undecided before nothing can be said."""


@dataclass(frozen=True)
class Instant:
    """A run's ledger at an instant: the word that named it, and how exactly it is meant, in seconds either way."""

    word: Word
    boundary_s: float

    @property
    def at(self) -> float:
        """The instant, epoch seconds."""
        assert self.word.at is not None, "a ledger's word has an instant"
        return self.word.at


def compare_with_ledger(instant: Instant, which: Which, other: Side, asked: Asked) -> Comparison:
    """Hold a side against what a run's users had written by an instant.

    Args:
        instant: of the ledger.
        which: the side that the ledger is on.
        other: the other side.
        asked: how many samples are shown, and how.

    Raises:
        UsageError: the key is another, or the ledger cannot be held against a part: of the keys, or of an item.
        UnverifiableError: the run's evidence is not whole, or the other side is not complete.
    """
    if asked.keys_only or asked.share is not None or asked.ignoring.reasons:
        raise UsageError(
            "a ledger is compared whole: it knows each value as a whole, by its digest",
            "Leave out --keys-only, --sample and --ignore.",
        )
    evidence = _evidence(instant.word)
    _check(instant.word, evidence, other)
    table = evidence.run.tables.source
    with uncollected():
        ledger_of_it = Ledger.of(evidence.history)
        expectation = rewound(ledger_of_it, table, instant.at, -instant.boundary_s, instant.boundary_s)
        physical = ledger_of_it.physical(table)
        seen = _seen(other.stored)
        found = diff(expectation, seen, physical)
        proof = prove_detector(expectation, seen, physical, found)
    ledger = SideRecord(
        given=instant.word.given,
        taken_for="ledger",
        source=f"the ledger of table {table} in run {evidence.run.run}",
        rows=found.expected,
        began_at=instant.at - instant.boundary_s,
        ended_at=instant.at + instant.boundary_s,
        live=False,
        twice=0,
        contradicting=0,
    )
    sides = (ledger, side_record(other)) if which == "left" else (side_record(other), ledger)
    return _comparison(sides, found, proof, list(_samples(found, asked)))


def _evidence(word: Word) -> Evidence:
    folder = open_run(word.path)
    evidence = load_evidence(folder, read_record(folder))
    if evidence.lost:
        raise UnverifiableError(
            f"{word.name} has lost evidence, and its ledger says nothing for certain: {evidence.lost[0]}",
            "Run the drill again.",
        )
    return evidence


def _check(word: Word, evidence: Evidence, other: Side) -> None:
    about = other.stored.about
    if list(about.key_attributes) != list(evidence.run.key_attributes):
        raise UsageError(
            f"the key of {word.given} is {', '.join(evidence.run.key_attributes)},"
            f" and that of {other.given} {', '.join(about.key_attributes)}",
            "Only tables of one key schema can be compared.",
        )
    if not about.complete:
        raise UnverifiableError(f"{other.given} is not complete: it was not read to its end", "Take it again.")
    if about.holds == "keys":
        raise UsageError(f"{other.given} holds keys only, and no values to compare", "Take a snapshot with items.")


def _seen(stored: StoredSnapshot) -> Seen:
    """A stored snapshot's rows as judging takes them."""
    about = stored.about
    rows: dict[Key, Row] = {}
    columns = ["key", "digest_high", "digest_low", "asked_at", "told_at"]
    for file in stored.files:
        with pq.ParquetFile(file) as part:
            for batch in part.iter_batches(ROWS_AT_ONCE, columns=columns):
                for key, high, low, asked_at, told_at in zip(
                    *(each.to_pylist() for each in batch.columns), strict=True
                ):
                    began = about.began_at if asked_at is None else asked_at
                    ended = about.ended_at if told_at is None else told_at
                    rows[key] = Row(digest_of(high, low), began, ended)
    return Seen(rows, about.began_at, about.ended_at, about.complete)


def _samples(found: Diff, asked: Asked) -> Iterator[DifferenceRecord]:
    for item_class, findings in found.findings.items():
        for finding in findings[: asked.samples]:
            yield _record(item_class, finding, asked)


def _record(item_class: ItemClass, finding: Finding, asked: Asked) -> DifferenceRecord:
    return DifferenceRecord(
        class_=item_class.value, key=asked.showing.key(finding.key), changes=None, because=finding.because
    )


def _comparison(
    sides: tuple[SideRecord, SideRecord], found: Diff, proof: ControlResult, samples: list[DifferenceRecord]
) -> Comparison:
    said, because = _verdict(found, proof)
    classes = {each.value: found.count(each) for each in ItemClass}
    beside = {
        "torn": len(found.torn),
        "undecided": found.undecided,
        "within_boundary": found.within_boundary,
        "expired_returned": found.expired_returned,
    }
    return Comparison(
        left=sides[0],
        right=sides[1],
        verdict=said,
        exit_code=int(EXIT_CODES[said]),
        because=because,
        keys_only=False,
        equal=None,
        only_left=None,
        only_right=None,
        different=None,
        settled=0,
        moving=0,
        unchecked=0,
        classes={**classes, **beside},
        proof=ProofRecord(planted=proof.planted, caught=proof.planted - len(proof.missed), missed=list(proof.missed)),
        ignored={},
        sample=None,
        samples=samples,
    )


def _verdict(found: Diff, proof: ControlResult) -> tuple[Verdict, str]:
    if proof.missed:
        return "unknown", f"the comparison did not find what was planted: {proof.missed[0]}"
    wrong = found.keys - found.intact
    if wrong:
        return "different", f"{wrong:,} of {found.keys:,} keys are not what the ledger says"
    if found.torn:
        return "different", f"{len(found.torn):,} transactions are there in part"
    if found.undecided > MOST_UNDECIDED * max(found.keys, 1):
        return "unknown", f"the ledger leaves open what {found.undecided:,} of {found.keys:,} keys hold"
    return "equal", f"all {found.keys:,} keys are what the ledger says"
