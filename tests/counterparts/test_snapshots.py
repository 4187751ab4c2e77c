"""Snapshots of tables that Amazon's own engine holds, over HTTP."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
from dynadrill.drills.snapshots import segment
from dynadrill.drills.snapshots.columns import digest_of
from dynadrill.drills.snapshots.reading import Reading, read_table
from dynadrill.drills.targets.finding import open_table
from dynadrill.drills.targets.wall_clock import WallClock
from dynadrill.drills.values import digest, key_of

COUNT = 60


def written(number: int) -> dict[str, Any]:
    """An item with a value of every type, under a binary and a numeric key, as boto3 takes it."""
    return {
        "id": {"B": bytes([number, 255])},
        "n": {"N": f"-{number}.50"},
        "text": {"S": "\u00e9\U0001f600"},
        "empty": {"S": ""},
        "yes": {"BOOL": True},
        "nothing": {"NULL": True},
        "numbers": {"NS": ["10", "9", "1e2"]},
        "texts": {"SS": ["b", "a"]},
        "blobs": {"BS": [b"\x02", b"\x01"]},
        "list": {"L": [{"N": "1.0"}, {"M": {"deep": {"B": b"\x00"}}}]},
    }


def on_the_wire(number: int) -> dict[str, Any]:
    """The same item in other words: what its digest has to be that of."""
    return {
        **written(number),
        "id": {"B": b64encode(bytes([number, 255])).decode()},
        "blobs": {"BS": ["AQ==", "Ag=="]},
        "texts": {"SS": ["a", "b"]},
        "numbers": {"NS": ["100", "9", "10.0"]},
        "list": {"L": [{"N": "1"}, {"M": {"deep": {"B": "AA=="}}}]},
    }


def test_every_type_is_read_from_amazons_engine(local: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Binary and numeric keys page on, in every segment, and each item's digest is that of the value that was put."""
    monkeypatch.setattr(segment, "PAGE_ITEMS", 4)
    keys = {"aws_access_key_id": "snapshots", "aws_secret_access_key": "any"}
    db: Any = boto3.client("dynamodb", endpoint_url=local, region_name="us-east-1", **keys)
    db.create_table(
        TableName="Snapped",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "n", "AttributeType": "N"},
            {"AttributeName": "id", "AttributeType": "B"},
        ],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
    )
    for number in range(COUNT):
        db.put_item(TableName="Snapped", Item=written(number))
    clock = WallClock()
    table = open_table("Snapped", clock, region="us-east-1", endpoint=local, connections=3)
    stored = read_table(table, tmp_path / "s", clock, Reading(3, read_units_per_s=100_000.0))
    found = table.look([key_of(on_the_wire(7), ("id", "n"))])
    table.close()
    db.delete_table(TableName="Snapped")
    rows = {
        row["key"]: digest_of(row["digest_high"], row["digest_low"])
        for file in stored.files
        for row in pq.read_table(file).to_pylist()
    }
    expected = {key_of(item, ("id", "n")): digest(item) for item in map(on_the_wire, range(COUNT))}
    assert rows == expected
    assert (stored.about.key_attributes, stored.about.key_types) == (("id", "n"), ("B", "N"))
    assert [digest(item) for item in found.values()] == [digest(on_the_wire(7))]
    assert stored.about.read_units
