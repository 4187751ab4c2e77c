"""The table of prices: read from a file, held to its form, each price with its date and source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import UsageError

BUILT_IN = Path(__file__).with_name("prices.toml")
FORM_HINT = f"{BUILT_IN.name} of the package shows the form."
ELSEWHERE = "us-east-1"
"""Whose price stands in where a Region's own is not in the table."""

Unit = Literal["GB-month", "GB", "million-writes", "million-reads", "million-requests", "month"]


class Price(BaseModel):
    """One price. `confirmed` is False where neither AWS nor its price list was seen to say so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    region: str
    usd: Annotated[float, Field(ge=0)]
    per: Unit
    as_of: date
    source: str
    confirmed: bool


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    price: list[Price]


@dataclass(frozen=True)
class Prices:
    """All prices, by name and Region."""

    by_place: Mapping[tuple[str, str], Price]

    def of(self, name: str, region: str = ELSEWHERE) -> Price:
        """The price of a thing in a Region, or us-east-1's where the table has no other.

        Raises:
            UsageError: the table has no such price.
        """
        found = self.by_place.get((name, region)) or self.by_place.get((name, ELSEWHERE))
        if found is None:
            known = sorted({each for each, _ in self.by_place})
            near = get_close_matches(name, known, 1)
            raise UsageError(
                f"the table of prices has no {name!r}",
                f"Did you mean {near[0]}?" if near else f"It has {', '.join(known)}.",
            )
        return found

    def changed_by(self, other: "Prices") -> "Prices":
        """These prices, with another table's in place of its own."""
        return Prices({**self.by_place, **other.by_place})


def read_prices(path: Path = BUILT_IN) -> Prices:
    """Read a table of prices.

    Raises:
        UsageError: the file is not there, is no TOML, has a price twice or one of another form.
    """
    try:
        table = _Table.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "Name a file with a table of prices.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}", FORM_HINT) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"{path}: {place}: {first['msg']}", f"{BUILT_IN.name} of the package shows the form."
        ) from error
    return Prices(_by_place(path, table.price))


def _by_place(path: Path, prices: list[Price]) -> dict[tuple[str, str], Price]:
    found: dict[tuple[str, str], Price] = {}
    for price in prices:
        if (price.name, price.region) in found:
            raise UsageError(f"{path} has two prices {price.name!r} in {price.region}", "Keep one of them.")
        found[price.name, price.region] = price
    return found
