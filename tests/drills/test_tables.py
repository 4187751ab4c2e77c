"""What a table goes by where there are several Regions."""

from dynadrill.drills.tables import name_of, region_of, table_id


def test_a_table_of_the_home_region_goes_by_its_name() -> None:
    """Only a table elsewhere has its Region in its id, and both parts come out as they went in."""
    assert table_id("orders") == "orders"
    assert (name_of("orders"), region_of("orders")) == ("orders", None)
    there = table_id("orders", "us-west-1")
    assert there == "orders@us-west-1"
    assert (name_of(there), region_of(there)) == ("orders", "us-west-1")
