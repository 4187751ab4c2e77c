"""What a load process is told: a round trip, with fixtures from anywhere."""

import sys
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.catalog import Kind
from dynadrill.drills.load.config import LoadConfig, from_json, to_json
from dynadrill.drills.load.virtual import Users
from dynadrill.drills.one_thing import load_file
from dynadrill.drills.scenario import Workload
from dynadrill.drills.target import Connection
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.fixtures.orders import Orders

OWN_FIXTURE = '''
"""Somebody's own."""
from dataclasses import dataclass
from datetime import timedelta
from dynadrill.fixtures.orders import Orders

ORDERS = Orders()

@dataclass(frozen=True)
class Mine:
    """A fixture in a file of its own, with a knob that JSON does not know."""
    apart: timedelta = timedelta(0)
    table_name = ORDERS.table_name
    key_attributes = ORDERS.key_attributes
    settings = ORDERS.settings
    table = staticmethod(ORDERS.table)
    items = staticmethod(ORDERS.items)
    write = staticmethod(ORDERS.write)
'''


def config(fixture: Any) -> LoadConfig:
    """A configuration with a fixture."""
    return LoadConfig(
        role="alone",
        number=0,
        workers=1,
        master_port=0,
        parent=1,
        ready_file=7,
        connection=Connection("http://127.0.0.1:1", "us-east-1", "dynadrill-x-", "clock"),
        alias=Path("run/alias"),
        history=Path("run/history"),
        users=Users(fixture, Workload(3, 5.5), 9, 100),
    )


@pytest.mark.parametrize("fixture", [VerySuperImportantTable(recent_percent=3), Orders(orders_per_customer=2)])
def test_a_configuration_survives_the_way_to_another_process(fixture: Any) -> None:
    """What is read is what was written, knobs and all."""
    assert from_json(to_json(config(fixture))) == config(fixture)


def test_a_fixture_from_a_file_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario's own file is in no package: in another process its fixture is loaded from the file."""
    file = tmp_path / "mine.py"
    file.write_text(OWN_FIXTURE)
    fixture = load_file(file, Kind.FIXTURE)
    text = to_json(config(fixture))
    monkeypatch.delitem(sys.modules, type(fixture).__module__)
    found = from_json(text).users.fixture
    assert type(found) is not type(fixture)
    assert repr(found) == repr(fixture)
    assert next(found.items(1, 1)) == next(fixture.items(1, 1))
