"""The table of prices is dated, sourced, held to its form, and can be replaced."""

from pathlib import Path

import pytest
from dynadrill.drills.costs.prices import read_prices
from dynadrill.drills.errors import UsageError

ROW = """
[[price]]
name = "restore"
region = "eu-west-1"
usd = 0.17
per = "GB"
as_of = 2026-01-01
source = "a bill"
confirmed = true
"""


def written(folder: Path, text: str) -> Path:
    """A file with a table."""
    path = folder / "prices.toml"
    path.write_text(text)
    return path


def test_the_built_in_prices_are_dated_and_sourced() -> None:
    """Every price says since when and by whom; those that no price list was seen to say are not called confirmed."""
    prices = read_prices().by_place.values()
    assert len(prices) > 10
    assert all(price.source and price.as_of.year >= 2018 for price in prices)
    assert {price.name for price in prices if not price.confirmed} >= {"import", "full_export", "cold_restore"}
    assert all(not price.confirmed for price in prices if "memory" in price.source)


def test_a_region_without_its_own_price_has_the_first_regions() -> None:
    """A Region that is not in the table is estimated at us-east-1's price, and the line says whose it is."""
    assert read_prices().of("restore", "eu-central-1").region == "us-east-1"
    assert read_prices().of("backup_storage", "us-west-1").usd == 0.112


def test_prices_can_be_changed(tmp_path: Path) -> None:
    """A person's own table takes the place of what it names, and leaves the rest."""
    prices = read_prices().changed_by(read_prices(written(tmp_path, ROW)))
    assert prices.of("restore", "eu-west-1").usd == 0.17
    assert prices.of("restore").usd == 0.15


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("price = 1", "price"),
        (ROW.replace("0.17", "-1"), "greater than or equal to 0"),
        (ROW.replace('"GB"', '"litre"'), "GB-month"),
        (ROW.replace("confirmed = true", ""), "Field required"),
        (ROW + "colour = 3\n", "Extra inputs"),
        (ROW + ROW, "two prices 'restore' in eu-west-1"),
        ("[[price", "no TOML"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """A file of another form is refused with its name, what is wrong in it, and what to do."""
    with pytest.raises(UsageError, match=says) as caught:
        read_prices(written(tmp_path, text))
    assert "prices.toml" in str(caught.value)


def test_what_has_no_price_is_told_with_the_nearest(tmp_path: Path) -> None:
    """An unknown name gets the nearest there is; a missing file is told by its name."""
    with pytest.raises(UsageError) as caught:
        read_prices().of("restores")
    assert "Did you mean restore" in caught.value.hint
    with pytest.raises(UsageError, match="cannot be read"):
        read_prices(tmp_path / "none.toml")
