"""A Scan with nothing of botocore's between but its signature and its connections.

A call through a botocore client takes 1.8 ms whatever it asks for, so that pages have to be large to be worth it, and
large pages do not stay in a processor's cache while they are read. Sent like this a page of 250 items costs the least.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from .clients import DYNAMODB
from .wire import object_in

HEADERS = {"X-Amz-Target": "DynamoDB_20120810.Scan", "Content-Type": "application/x-amz-json-1.0"}
OK = 200


class QuickScan:
    """Scans by a client's credentials, address and connections.

    Args:
        client: of the table's Region. What is answered by anything but a success is asked once more through it: it
            knows every error, and raises as it always does.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._url = f"{client.meta.endpoint_url.rstrip('/')}/"
        # botocore hands neither out; a test holds that they are still there.
        self._credentials = client._request_signer._credentials  # noqa: SLF001
        self._connections = client._endpoint.http_session  # noqa: SLF001
        self._signature = SigV4Auth(self._credentials, DYNAMODB, client.meta.region_name)

    def __call__(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to one page's request, items as the wire has them.

        Raises:
            BotoCoreError, ClientError, ResponseParserError: as the client does.
        """
        if self._credentials is None:
            return self._by_client(request)
        asked = AWSRequest("POST", self._url, data=orjson.dumps(request), headers=dict(HEADERS))
        self._signature.add_auth(asked)
        answer = self._connections.send(asked.prepare())
        return object_in(answer.content) if answer.status_code == OK else self._by_client(request)

    def _by_client(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._client.scan(**request)
        return found
