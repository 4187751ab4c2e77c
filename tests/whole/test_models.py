"""Every call on items that a drill makes has the shape of botocore's model, although its client does not check it."""

from typing import Any

import pytest
from botocore.validate import ParamValidator
from dynadrill.drills.targets import clients
from dynadrill.drills.targets.operations import ITEM_OPERATIONS
from dynadrill.drills.verdict import Outcome

from .conftest import Drill

DRILLS = [
    ("broken_ring", "point_in_time", 4.0, "TransactWriteItems"),
    ("bad_overwrite", "repair_in_place", 2.0, "PutItem"),
    ("bad_batch_delete", "stream_replay", 2.0, "PutItem"),
]
"""Fixtures with transactions, and recoveries that write items one by one, in batches and on conditions."""


@pytest.mark.parametrize(("scenario", "recovery", "rate", "operation"), DRILLS)
def test_calls_on_items_have_the_models_shape(
    drill: Drill, monkeypatch: pytest.MonkeyPatch, *, scenario: str, recovery: str, rate: float, operation: str
) -> None:
    """With botocore's check switched on for the clients of items, the drill goes as ever: no call is refused."""
    # Within the process items go past botocore: here they go through it.
    monkeypatch.setattr(clients, "ItemsInside", lambda client, *_: client)
    settings = clients._data_settings
    monkeypatch.setattr(clients, "_data_settings", lambda: {**settings(), "parameter_validation": True})
    checked: set[str] = set()
    validate = ParamValidator.validate

    def seen(self: ParamValidator, params: Any, shape: Any) -> Any:
        checked.add(shape.name.removesuffix("Input"))
        return validate(self, params, shape)

    monkeypatch.setattr(ParamValidator, "validate", seen)
    ran = drill(scenario, recovery=recovery, items=30, rate=rate)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert {operation, "BatchWriteItem", "Scan"} <= checked & ITEM_OPERATIONS
