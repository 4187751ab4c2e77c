"""What we hook into in moto's AWS Backup: a version that moved it is told at once, by name."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from moto.backup.models import BackupBackend, Vault
from moto.utilities.tagging_service import TaggingService

SIGNATURES: list[tuple[Callable[..., Any], str]] = [
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
]  # fmt: skip


@pytest.mark.parametrize(("hook", "names"), SIGNATURES, ids=[hook.__qualname__ for hook, _ in SIGNATURES])
def test_moto_takes_what_we_hand_it(hook: Callable[..., Any], names: str) -> None:
    """Each function of moto that we call or extend still has the parameters that we know."""
    assert list(inspect.signature(hook).parameters) == names.split()


def test_moto_tracks_what_we_make_it_forget() -> None:
    """The list in which moto keeps its vaults is where we empty it."""
    assert isinstance(Vault.__dict__["instances_tracked"], list)
