"""What we hook into in moto: a version that moved it is told at once, by name."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.timemachine.backend import Backend
from dynadrill.drills.timemachine.moto_calls import Handler
from dynadrill.drills.timemachine.table import Table as OurTable
from moto.core.responses import ActionResult
from moto.dynamodb import responses
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import GlobalSecondaryIndex, LocalSecondaryIndex, SecondaryIndex, Table
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

SIGNATURES: list[tuple[Callable[..., Any], str]] = [
    (Table.__init__, ("self table_name account_id region schema attr throughput billing_mode indexes global_indexes "
     "streams sse_specification tags deletion_protection_enabled warm_throughput")),
    (Table.__len__, "self"),
    (Table.describe, "self base_key"),
    (Table.set_stream_specification, "self streams"),
    (Table._get_default_encryption_key, "self account_id region"),
    (Table.all_indexes, "self"),
    (LocalSecondaryIndex.describe, "self"),
    (GlobalSecondaryIndex.describe, "self"),
    (DynamoDBBackend.__init__, "self region_name account_id"),
    (DynamoDBBackend.get_table, "self table_name"),
    (DynamoDBBackend.delete_table, "self name"),
    (DynamoDBBackend.list_tables, "self limit exclusive_start_table_name"),
    (DynamoDBBackend.update_table_streams, "self table stream_specification"),
    (DynamoDBBackend.create_table, ("self name schema throughput attr global_indexes indexes streams billing_mode "
     "sse_specification tags deletion_protection_enabled warm_throughput")),
    (ReservedKeywords.get_reserved_keywords, ""),
]  # fmt: skip


@pytest.mark.parametrize(("hook", "names"), SIGNATURES, ids=[hook.__qualname__ for hook, _ in SIGNATURES])
def test_moto_takes_what_we_hand_it(hook: Callable[..., Any], names: str) -> None:
    """Each function of moto that we call, replace or extend still has the parameters that we know."""
    assert list(inspect.signature(hook).parameters) == names.split()


def test_indexes_are_described_as_we_read_them() -> None:
    """What our own indexes are made of stands where we look for it."""
    for attribute in ("name", "schema", "projection", "schema_key_attrs"):
        assert f"self.{attribute} = " in inspect.getsource(SecondaryIndex.__init__)


def test_an_action_of_motos_gives_its_result() -> None:
    """An ActionResult carries plain members under `result`."""
    assert ActionResult({"a": 1}).result == {"a": 1}


def test_moto_has_the_actions_that_we_leave_to_it() -> None:
    """The operations that go through moto exist there."""
    for action in (
        "create_table", "delete_resource_policy", "describe_endpoints", "describe_limits",
        "get_resource_policy", "list_tables",
        "put_resource_policy", "update_table",
    ):  # fmt: skip
        assert callable(getattr(responses.DynamoHandler, action))


@pytest.mark.parametrize(("ours", "motos"), [(OurTable, Table), (Backend, DynamoDBBackend)])
def test_what_we_replace_is_listed(ours: type, motos: type) -> None:
    """Each method of ours that has the name of one of moto's is in the list above."""
    listed = {hook.__qualname__ for hook, _ in SIGNATURES}
    replaced = {name for name, member in vars(ours).items() if inspect.isfunction(member) and name in vars(motos)}
    assert {f"{motos.__name__}.{name}" for name in replaced} <= listed
    assert len(replaced) >= 4


def test_moto_asks_for_its_backend_where_we_give_ours() -> None:
    """Moto's actions find their backend through the property that we replace."""
    assert isinstance(inspect.getattr_static(responses.DynamoHandler, "dynamodb_backend"), property)
    assert isinstance(inspect.getattr_static(Handler, "dynamodb_backend"), property)
