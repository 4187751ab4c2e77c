"""What we hook into in moto: a version that moved it is told at once, by name."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.timemachine.backend import Backend
from dynadrill.drills.timemachine.operations import OPERATIONS
from dynadrill.drills.timemachine.table import Table as OurTable
from moto.backup.models import BackupBackend, Vault
from moto.core.responses import ActionResult
from moto.dynamodb import responses
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import SecondaryIndex, StreamRecord, Table
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords
from moto.utilities.tagging_service import TaggingService

SIGNATURES: list[tuple[Callable[..., Any], str]] = [
    (Table.__init__, ("self table_name account_id region schema attr throughput billing_mode indexes global_indexes "
     "streams sse_specification tags deletion_protection_enabled warm_throughput")),
    (Table.put_item, ("self item_attrs expected condition_expression expression_attribute_names "
     "expression_attribute_values overwrite return_values_on_condition_check_failure")),
    (Table.get_item, "self hash_key range_key projection_expression"),
    (Table.delete_item, "self hash_key range_key"),
    (Table.describe, "self base_key"),
    (Table.set_stream_specification, "self streams"),
    (Table._get_default_encryption_key, "self account_id region"),
    (DynamoDBBackend.__init__, "self region_name account_id"),
    (DynamoDBBackend.get_table, "self table_name"),
    (DynamoDBBackend.delete_table, "self name"),
    (DynamoDBBackend.describe_table, "self name"),
    (DynamoDBBackend.list_tables, "self limit exclusive_start_table_name"),
    (DynamoDBBackend.update_table_streams, "self table stream_specification"),
    (DynamoDBBackend.create_table, ("self name schema throughput attr global_indexes indexes streams billing_mode "
     "sse_specification tags deletion_protection_enabled warm_throughput")),
    (BackupBackend.__init__, "self region_name account_id"),
    (BackupBackend.create_backup_vault, ("self backup_vault_name backup_vault_tags encryption_key_arn "
     "creator_request_id")),
    (BackupBackend.delete_backup_vault, "self backup_vault_name"),
    (BackupBackend.put_backup_vault_lock_configuration, ("self backup_vault_name min_retention_days "
     "max_retention_days changeable_for_days")),
    (BackupBackend.delete_backup_vault_lock_configuration, "self backup_vault_name"),
    (BackupBackend.list_tags, "self resource_arn"),
    (BackupBackend.tag_resource, "self resource_arn tags"),
    (BackupBackend.untag_resource, "self resource_arn tag_key_list"),
    (TaggingService.delete_all_tags_for_resource, "self arn"),
    (Vault.__init__, "self backup_vault_name encryption_key_arn creator_request_id backend"),
    (Item.__init__, "self hash_key range_key attrs"),
    (DynamoType.__init__, "self type_as_dict"),
    (ReservedKeywords.get_reserved_keywords, ""),
]  # fmt: skip


@pytest.mark.parametrize(("hook", "names"), SIGNATURES, ids=[hook.__qualname__ for hook, _ in SIGNATURES])
def test_moto_takes_what_we_hand_it(hook: Callable[..., Any], names: str) -> None:
    """Each function of moto that we call, replace or extend still has the parameters that we know."""
    assert list(inspect.signature(hook).parameters) == names.split()


def test_moto_writes_where_we_listen() -> None:
    """Every write of moto's goes through `items` and is reported to `stream_shard.add`, and no other attribute."""
    for method in (Table.put_item, Table.delete_item):
        source = inspect.getsource(method)
        assert "self.items" in source
        assert "self.stream_shard.add(" in source
    assert "table.stream_shard.add(orig_item, item)" in inspect.getsource(DynamoDBBackend.update_item)


def test_moto_tracks_what_we_make_it_forget() -> None:
    """The lists in which moto keeps its objects are where we empty them."""
    assert isinstance(Item.__dict__["instances_tracked"], list)
    assert isinstance(StreamRecord.__dict__["instances_tracked"], list)
    assert isinstance(Vault.__dict__["instances_tracked"], list)
    assert issubclass(LimitedSizeDict, dict)
    for attribute in ("name", "schema", "projection", "schema_key_attrs"):
        assert f"self.{attribute} = " in inspect.getsource(SecondaryIndex.__init__)


def test_an_action_of_motos_gives_its_result() -> None:
    """An ActionResult carries plain members under `result`."""
    assert ActionResult({"a": 1}).result == {"a": 1}


def test_moto_has_the_actions_that_we_leave_to_it() -> None:
    """The operations that go through moto exist there."""
    for action in (
        "batch_execute_statement", "create_table", "delete_resource_policy", "describe_endpoints", "describe_limits",
        "execute_statement", "execute_transaction", "get_resource_policy", "list_tables",
        "put_resource_policy", "update_table",
    ):  # fmt: skip
        assert callable(getattr(responses.DynamoHandler, action))


def test_what_we_replace_was_there() -> None:
    """A method of ours that has moto's name replaces one of moto's: none of them is dead."""
    for ours, motos in ((OurTable, Table), (Backend, DynamoDBBackend)):
        for name in ("describe", "set_stream_specification", "get_table", "create_table", "delete_table"):
            if name in vars(ours):
                assert name in vars(motos)
    assert len(OPERATIONS) >= 46
