"""The verdict of a comparison, and the sentence that says why."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..report_text import number_of
from .looking_again import Again
from .result import SampleRecord, Verdict


@dataclass(frozen=True)
class Compared:
    """How many keys were compared, of them those that stand as not equal, and those with two values on one side."""

    keys: int
    unequal: int
    contradicting: int


def verdict(
    missed: Sequence[str], compared: Compared, again: Again, sample: SampleRecord | None
) -> tuple[Verdict, str]:
    """What a comparison comes to, and why; `missed` is what was planted and not found.

    A comparison that missed what was planted has said nothing. One difference that stands is enough to differ; without
    one, whatever could not be told leaves it unknown.
    """
    keys, unequal, contradicting = compared.keys, compared.unequal, compared.contradicting
    if missed:
        return "unknown", f"the comparison did not find what was planted: {missed[0]}"
    if unequal and unequal == again.unchecked:
        return (
            "unknown",
            f"what differed had settled or was changing, and {unequal:,} differences were not looked at again",
        )
    if unequal:
        return "different", f"{number_of(unequal, 'key')} of {keys:,} {'is' if unequal == 1 else 'are'} not equal"
    if again.moving:
        return "unknown", f"{number_of(len(again.moving), 'key')} changed while the tables were read and did not settle"
    if contradicting:
        return "unknown", f"{number_of(contradicting, 'key')} had two values on one side: it changed while it was read"
    if sample is not None:
        if not sample.keys:
            return "unknown", "the sample holds no key, so nothing was compared"
        return "equal", f"no difference: {confidence(sample)}"
    if keys == 0:
        return "equal", "both sides are empty"
    return "equal", f"all {number_of(keys, 'key')} are equal"


def confidence(sample: SampleRecord) -> str:
    """What a sample says of all keys, in one sentence."""
    return (
        f"among {sample.keys:,} sampled of about {sample.of_about:,} keys; with {sample.confidence:.0%} confidence "
        f"fewer than {sample.at_most_share:.2%} of them (about {sample.at_most_keys:,} keys) are not equal"
    )
