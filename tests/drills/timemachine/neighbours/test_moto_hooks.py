"""What we hook into in moto's S3, SSM and KMS: a version that moved it is told at once, by name."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.timemachine.neighbours.buckets import Buckets, StoredObject
from moto.core.responses import BaseResponse
from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse
from moto.s3 import models
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey, FakeMultipart, S3Backend, s3_backends
from moto.s3.responses import S3Response
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

SIGNATURES: list[tuple[Callable[..., Any], str]] = [
    (S3Backend.__init__, "self region_name account_id"),
    (S3Backend.create_bucket, "self bucket_name region_name bucket_namespace"),
    (S3Backend.get_bucket, "self bucket_name"),
    (S3Backend.delete_bucket, "self bucket_name"),
    (S3Backend.upload_part, "self bucket_name multipart_id part_id value"),
    (S3Backend.list_objects, "self bucket prefix delimiter marker max_keys"),
    (S3Response.setup_class, "self request full_url headers"),
    (S3Response.bucket_response, "self request full_url headers"),
    (S3Response.key_response, "self request full_url headers"),
    (BaseResponse.get_current_account, "self"),
    (BaseResponse._dispatch, "self request full_url headers"),
    (FakeBucket.__init__, "self name account_id region_name bucket_namespace"),
    (FakeBucket.get_permission, "self action resource"),
    (FakeKey.dispose, "self garbage"),
    (KmsBackend.__init__, "self region_name account_id"),
    (KmsBackend.disable_key, "self key_id"),
    (KmsBackend.enable_key, "self key_id"),
    (KmsBackend.cancel_key_deletion, "self key_id"),
    (KmsBackend.schedule_key_deletion, "self key_id pending_window_in_days"),
    (KmsBackend.get_alias_name, "alias_name"),
    (KmsBackend.get_key_id, "key_id"),
    (KmsBackend.get_key_id_from_alias, "self alias_name"),
    (SimpleSystemManagerBackend.__init__, "self region_name account_id"),
]


@pytest.mark.parametrize(("hook", "names"), SIGNATURES, ids=[hook.__qualname__ for hook, _ in SIGNATURES])
def test_moto_takes_what_we_hand_it(hook: Callable[..., Any], names: str) -> None:
    """Each function of moto that we call, replace or extend still has the parameters that we know."""
    assert list(inspect.signature(hook).parameters) == names.split()


@pytest.mark.parametrize(
    ("response", "name"),
    [(S3Response, "backend"), (SimpleSystemManagerResponse, "ssm_backend"), (KmsResponse, "kms_backend")],
)
def test_moto_asks_for_its_backend_where_we_give_ours(response: type, name: str) -> None:
    """Responses find their backends through the property that we replace."""
    assert isinstance(inspect.getattr_static(response, name), property)


def test_moto_makes_objects_where_we_take_them_over() -> None:
    """Objects are made in `put_object` and as parts, and nowhere else."""
    made = [line for line in inspect.getsource(models).splitlines() if "= FakeKey(" in line]
    assert len(made) == 2
    assert "= FakeKey(" in inspect.getsource(S3Backend.put_object)
    assert "= FakeKey(" in inspect.getsource(FakeMultipart.set_part)


def test_motos_register_is_touched_where_we_know() -> None:
    """Moto's methods that use its global register are those that we replace, or that nobody calls."""
    known = {"create_bucket", "get_bucket", "delete_bucket", "reset", "get_cloudwatch_metrics"}
    tables = {"create_table_storage_bucket", "delete_table_storage_bucket"}
    users = {
        name
        for name, method in vars(S3Backend).items()
        if inspect.isfunction(inspect.unwrap(getattr(method, "__func__", method)))
        and "s3_backends" in inspect.getsource(getattr(method, "__func__", method))
    }
    assert users <= known | tables
    assert {"create_bucket", "get_bucket", "delete_bucket"} <= set(vars(Buckets))
    assert "s3_backends.bucket_accounts[name]" in inspect.getsource(FakeBucket.__init__)
    assert isinstance(s3_backends.bucket_accounts, dict)


def test_moto_tracks_what_we_make_it_forget() -> None:
    """The lists in which moto keeps its objects are where we empty them."""
    for model in (FakeKey, FakeMultipart, FakeDeleteMarker, FakeBucket, StoredObject):
        assert isinstance(model.__dict__["instances_tracked"], list)
