"""Every request to AWS has the shape that botocore's model of the service gives it, whichever way it is sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ParamValidationError
from dynadrill.drills.snapshots.reading import Reading, read_table
from dynadrill.drills.targets import embedded
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.embedded import EmbeddedTarget
from dynadrill.drills.targets.live_table import RemoteTable
from dynadrill.drills.targets.neighbours import NAMED_BY
from dynadrill.drills.targets.quick_scan import QuickScan
from dynadrill.drills.timemachine.shapes import model_of, shape_errors

from ..snapshots.support import StillClock
from ..timemachine.support import connect, make_table, put
from .conftest import RUN
from .served import served_machine


@pytest.fixture
def target(tmp_path: Path) -> Iterator[EmbeddedTarget]:
    """A target in virtual pace."""
    made = embedded.within(run_id=RUN, folder=tmp_path, seed=7, starts_at=1_793_000_000.0, on_jump=lambda *_: None)
    yield made
    made.close()


@pytest.mark.parametrize("service", ["dynamodb", *NAMED_BY])
def test_control_clients_hold_their_calls_to_the_model(target: EmbeddedTarget, service: str) -> None:
    """The clients of tables, backups, settings and all other services check every call before it is sent."""
    client = target.control() if service == "dynamodb" else target.service(service)
    assert client.meta.config.parameter_validation is True
    reading = ("Describe", "Get", "List")
    operation = next(name for name, api in client.meta.method_to_api_mapping.items() if api.startswith(reading))
    with pytest.raises(ParamValidationError):
        getattr(client, operation)(NoSuchParameter="x")


def test_pages_that_are_asked_for_past_the_client_have_the_shape_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot's Scan is put together by hand: what is sent is what botocore's model of Scan says."""
    sent: list[dict[str, Any]] = []
    asked = QuickScan.__call__

    def seen(self: QuickScan, request: Any) -> Any:
        sent.append(dict(request))
        return asked(self, request)

    monkeypatch.setattr(QuickScan, "__call__", seen)
    with served_machine() as (url, machine):
        db = connect(machine)
        make_table(db)
        put(db, "a")
        table = RemoteTable(Place(url, "us-east-1"), "Orders", StillClock(), 2)
        read_table(table, tmp_path / "snapshot", StillClock(), Reading(2, read_units_per_s=1000.0))
        table.close()
    shape = model_of("dynamodb").operation_model("Scan").input_shape
    assert shape is not None
    assert len(sent) >= 2
    assert [shape_errors(shape, request) for request in sent] == [""] * len(sent)
    assert shape_errors(shape, {**sent[0], "Segments": 1})
