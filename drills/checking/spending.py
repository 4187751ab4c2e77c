"""What a check costs at AWS's prices, told and agreed to before anything is made."""

from collections.abc import Iterator
from math import ceil

from ..costs import agreement
from ..costs.estimate import Size, Use, estimate, exported, requests_to_s3, restored
from ..costs.prices import read_prices
from .asked import EXPORT, LIVE, Check
from .record import CostRecord
from .source import Source

READ_UNIT = 4096
"""The bytes of a strongly consistent read unit (Developer Guide, "DynamoDB read and write operations")."""

TIMES_READ = 2
"""An index is read again until it agrees with its table, and whatever a process that died had half read."""
SMALLEST_READING = 100
"""The units that are paid for however little there is: one for each segment that is asked for."""
SMALLEST_EXPORT, BYTES_OF_FILE = 40, 2**20
"""An export has its manifests and a file for each partition, and no more of them than one for a MB; ours."""
LISTED_AT_ONCE, LISTINGS = 1000, 12
"""A page of a bucket's listing has up to 1,000 keys (API Reference, ListObjectsV2); it is listed some times."""


def cost_of(check: Check, source: Source, *, billed: bool) -> CostRecord:
    """An estimate by the size that DescribeTable tells, which is up to six hours old."""
    found = estimate(_uses(check, source), read_prices())
    unconfirmed = tuple(sorted({line.why for line in found.unconfirmed}))
    return CostRecord(estimated_usd=ceil(found.usd * 10_000) / 10_000, billed=billed, unconfirmed=unconfirmed)


def agree(cost: CostRecord, yes_spend_usd: float | None) -> None:
    """Make sure that somebody agreed to spend as much, where it is billed, or where somebody says what they agree to.

    Raises:
        RefusedError: nobody did.
    """
    if cost.billed or yes_spend_usd is not None:
        agreement.agree(cost.estimated_usd, yes_spend_usd, None, "by the table's size of up to six hours ago")


def _uses(check: Check, source: Source) -> Iterator[Use]:
    size = source.size
    if check.way != "given":
        yield restored(size, check.restore_region or source.region)
    copies: list[Size] = [size]
    if check.against == EXPORT:
        yield exported(size, source.region)
        objects = SMALLEST_EXPORT + ceil(size.items / BYTES_OF_FILE)
        yield from requests_to_s3(objects, ceil(objects / LISTED_AT_ONCE) * LISTINGS, source.region)
    if check.against == LIVE:
        copies.append(size)
    units = sum(ceil((each.items + each.local_indexes + each.global_indexes) / READ_UNIT) for each in copies)
    yield Use("read", units * TIMES_READ + SMALLEST_READING, source.region, "reading it")
