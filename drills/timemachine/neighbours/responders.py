"""Moto's answers for one call, on the backends of one machine: read by the first call that needs them."""

from typing import Any

from moto.core.request import Request
from moto.kms.responses import KmsResponse
from moto.s3.responses import S3Response
from moto.ssm.responses import SimpleSystemManagerResponse

from ..calls import Scope
from .buckets import Buckets
from .registry import Neighbours


class OnThisMachine:
    """What the responses have in common: whose call it is, and who keeps what it is about."""

    def __init__(self, neighbours: Neighbours, scope: Scope) -> None:
        super().__init__()
        self._neighbours = neighbours
        self._scope = scope

    def get_current_account(self) -> str:
        """Who asks. Moto would look the access key up."""
        return self._scope.account


class S3Responder(OnThisMachine, S3Response):
    """S3, with the bucket in the path."""

    @property
    def backend(self) -> Buckets:
        """The buckets of the account that asks."""
        return self._neighbours.s3(self._scope.account)

    def setup_class(self, request: Request, full_url: str | None = None, headers: Any = None) -> None:  # type: ignore[override]  # as moto's S3 has it
        """Read a request; its Region is that of the signature."""
        super().setup_class(request, full_url, headers)
        self.region = self._scope.region

    def answer(self, request: Request) -> Any:
        """Status, headers and body."""
        bucket, _, key = request.raw_path.lstrip("/").partition("/")
        respond: Any = self.key_response if bucket and key else self.bucket_response
        return respond(request, request.raw_url, request.headers)


class SsmResponder(OnThisMachine, SimpleSystemManagerResponse):
    """Systems Manager: its parameters, above all."""

    @property
    def ssm_backend(self) -> Any:
        """The parameters of the account that asks, in its Region."""
        return self._neighbours.ssm(self._scope.account, self._scope.region)

    def answer(self, request: Request) -> Any:
        """Status, headers and body."""
        return self._dispatch(request, request.raw_url, request.headers)


class KmsResponder(OnThisMachine, KmsResponse):
    """Key Management Service."""

    @property
    def kms_backend(self) -> Any:
        """The keys of the account that asks, in its Region."""
        return self._neighbours.kms(self._scope.account, self._scope.region)

    def answer(self, request: Request) -> Any:
        """Status, headers and body."""
        return self._dispatch(request, request.raw_url, request.headers)
