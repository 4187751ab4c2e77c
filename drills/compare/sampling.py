"""Comparing a sample of keys, and what it says about the others."""

import re
from math import exp, lgamma, log, log1p

from ..errors import UsageError
from .result import SampleRecord

CONFIDENCE = 0.95
SHARE = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(%?)", re.ASCII)
HINT = "Write a share of the keys: 1%, 0.5% or 0.01; without --sample all keys are compared."


def parse_share(text: str) -> float:
    """A share such as `1%` or `0.01`: more than 0, and at most 1.

    Raises:
        UsageError: it is none.
    """
    found = SHARE.fullmatch(text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else 0.0
    if not 0 < share <= 1:
        raise UsageError(f"{text!r} is no share of the keys", HINT)
    return share


def in_sample(share: float) -> str:
    """SQL: the condition that a row belongs to a sample of that share, by the high half of its key's digest.

    Digests are spread evenly over signed 64 bits, so a share of their range is that share of the keys.
    """
    return f"key_high <= {-(2**63) + max(1, round(share * 2**64)) - 1}"


def sampled(share: float, keys: int, unequal: int) -> SampleRecord:
    """What a sample says: keys that were compared, of which so many were not equal.

    The upper bound is Clopper and Pearson's, one-sided: for no difference among n keys it is 1 - 0.05^(1/n), a little
    less than 3/n. It takes the keys for drawn at random, which a digest of the key amounts to unless what went wrong
    depends on that very digest. Drawing without replacement only makes it safer.
    """
    share_at_most = upper_bound(unequal, keys)
    of_about = round(keys / share)
    return SampleRecord(
        share=share,
        keys=keys,
        of_about=of_about,
        confidence=CONFIDENCE,
        at_most_share=share_at_most,
        at_most_keys=round(share_at_most * of_about),
    )


def upper_bound(found: int, of: int, confidence: float = CONFIDENCE) -> float:
    """The largest share at which it would not be too surprising to find so few: Clopper and Pearson's, one-sided."""
    if found >= of:
        return 1.0
    if found == 0:
        return -(exp(log(1 - confidence) / of) - 1)
    low, high = found / of, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(found, of, middle) > 1 - confidence else (low, middle)
    return high


def _at_most(found: int, of: int, share: float) -> float:
    """The probability of at most so many among so many, each with a probability of its own: the binomial's sum.

    Terms are added from the largest down, as long as they count.
    """
    total = 0.0
    for number in range(found, -1, -1):
        term = exp(
            lgamma(of + 1)
            - lgamma(number + 1)
            - lgamma(of - number + 1)
            + number * log(share)
            + (of - number) * log1p(-share)
        )
        total += term
        if term < total * 1e-17:
            break
    return total
