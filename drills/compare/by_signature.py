"""Comparing by signatures: sums of buckets first, and of two sides at hand only the buckets whose sums differ.

Of two tables in two Regions, each signed where it is, only kilobytes travel. Buckets whose sums agree hold the same
rows but for accidents of about 2^-128; which keys differ in the others only reading them says.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..snapshots.folder import StoredSnapshot
from ..snapshots.signature import BUCKETS, Signature, differing_buckets, in_buckets, read_signature, signature_of
from .result import EXIT_CODES, Comparison, ProofRecord, SideRecord, Verdict
from .sql import Side as Which
from .words import Word

NOT_PROVED = ProofRecord(planted=0, caught=0, missed=[])
"""Sums of digests are compared as they are: nothing is planted into a signature."""


@dataclass(frozen=True)
class Buckets:
    """Which buckets differ, and how many rows the others have on both sides."""

    differing: frozenset[int]
    equal_rows: int

    @property
    def where(self) -> str:
        """SQL: the rows that have to be compared one by one."""
        return in_buckets(self.differing)

    def counts(self) -> dict[str, int]:
        """As outputs have it."""
        return {"all": BUCKETS, "differ": len(self.differing)}


def buckets_of(left: Signature, right: Signature) -> Buckets:
    """Hold two signatures against each other.

    Raises:
        UsageError: they are of tables with other keys, or of other digests.
    """
    differing = differing_buckets(left, right)
    return Buckets(differing, sum(count for bucket, (count, _) in left.buckets.items() if bucket not in differing))


def signature_for(word: Word, stored: StoredSnapshot | None) -> Signature:
    """The signature of a side: read, or made of its snapshot.

    Raises:
        UsageError: there is none.
        UnverifiableError: it is not whole, or the snapshot is not.
    """
    return signature_of(stored) if stored is not None else read_signature(word.path)


def compare_signatures(signatures: Mapping[Which, Signature], records: Mapping[Which, SideRecord]) -> Comparison:
    """What two signatures alone come to: whether the tables differ, and in how many buckets; not in which keys."""
    found = buckets_of(signatures["left"], signatures["right"])
    said: Verdict = "different" if found.differing else "equal"
    because = (
        f"{len(found.differing):,} of {BUCKETS:,} buckets differ; which keys, only snapshots or tables can say"
        if found.differing
        else f"all {BUCKETS:,} buckets of {found.equal_rows:,} keys agree"
    )
    return Comparison(
        left=records["left"],
        right=records["right"],
        verdict=said,
        exit_code=int(EXIT_CODES[said]),
        because=because,
        keys_only=signatures["left"].holds == "keys",
        equal=None if found.differing else found.equal_rows,
        only_left=None if found.differing else 0,
        only_right=None if found.differing else 0,
        different=None if found.differing else 0,
        settled=0,
        moving=0,
        unchecked=0,
        buckets=found.counts(),
        proof=NOT_PROVED,
        ignored={},
        sample=None,
        samples=[],
    )


def signature_record(word: Word, signature: Signature) -> SideRecord:
    """A signature as outputs have a side."""
    return SideRecord(
        given=word.given,
        taken_for="signature",
        source=signature.source,
        rows=signature.rows,
        began_at=signature.began_at,
        ended_at=signature.ended_at,
        live=False,
        twice=0,
        contradicting=0,
    )
