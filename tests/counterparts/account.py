"""A person's own account as a place: every table under a name of the run's own, waited for, and removed afterwards.

What a test calls `Orders` is `dynadrill-<run>-Orders` there, in whatever is sent; in what is answered it is `Orders`
again. So no test can name, change or see a table that is anybody's, and the same tests run there unchanged.
"""

import os
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

RUN = "DYNADRILL_CONTRACT_RUN"
"""The environment variable with the run's id: with it, the contract is held against an account and nothing else."""
SHORTEST_NAME, LONGEST_NAME = 3, 255
NAMES = frozenset({"TableName", "ExclusiveStartTableName", "SourceTableName", "TargetTableName"})
ALTERING = frozenset({"create_table", "update_table", "update_time_to_live", "update_continuous_backups"})
READING = frozenset({"get_item", "query", "scan"})
LAG_S, POLL_S = 20.0, 1.0
ONCE = Config(retries={"total_max_attempts": 5, "mode": "standard"}, parameter_validation=False)


def run_of(worker: str) -> str:
    """The run's id of one worker: its tables are no other's."""
    return blake2b(f"{os.environ[RUN]}/{worker}".encode(), digest_size=4).hexdigest()


class InAccount:
    """A client whose tables are the run's own.

    Args:
        service: by boto3's name.
        prefix: what every name begins with.
    """

    def __init__(self, service: str, prefix: str) -> None:
        region = os.environ.get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"]
        self._client: Any = boto3.client(service, region_name=region, config=ONCE)  # type: ignore[call-overload]
        self._prefix = prefix
        self.exceptions = self._client.exceptions
        self.meta = self._client.meta

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**members: Any) -> Any:
            return self._call(operation, members)

        return call

    def get_paginator(self, operation: str) -> "Pages":
        """As boto3's."""
        return Pages(self, operation)

    def remove_everything(self) -> None:
        """Delete every table of the run, and wait until none is left."""
        while names := self._call("list_tables", {})["TableNames"]:
            for name in names:
                if self._call("describe_table", {"TableName": name})["Table"].get("DeletionProtectionEnabled"):
                    self._call("update_table", {"TableName": name, "DeletionProtectionEnabled": False})
                self._call("delete_table", {"TableName": name})
            for name in names:
                self._client.get_waiter("table_not_exists").wait(
                    TableName=self._sent(name), WaiterConfig={"Delay": 2, "MaxAttempts": 150}
                )

    def _call(self, operation: str, members: dict[str, Any]) -> Any:
        sent = self._outgoing(members)
        if operation == "list_tables":
            sent.setdefault("ExclusiveStartTableName", self._prefix[:-1])
        if operation in READING and "IndexName" not in sent and "ReturnConsumedCapacity" not in sent:
            sent.setdefault("ConsistentRead", True)
        try:
            answer = getattr(self._client, operation)(**sent)
            if operation == "get_records":
                answer = self._followed(answer, sent)
        except ClientError as error:
            error.response["Error"]["Message"] = self._incoming(error.response["Error"].get("Message", ""))
            raise
        if operation in ALTERING:
            self._await_active(sent["TableName"])
        return self._listed(answer) if operation == "list_tables" else self._incoming(answer)

    def _followed(self, answer: Any, sent: dict[str, Any]) -> Any:
        """Records reach a stream a little after their write: look again while there are none."""
        until = time.monotonic() + LAG_S
        while not answer["Records"] and answer.get("NextShardIterator") and time.monotonic() < until and self._on_aws:
            time.sleep(POLL_S)
            answer = self._client.get_records(**{**sent, "ShardIterator": answer["NextShardIterator"]})
        return answer

    @property
    def _on_aws(self) -> bool:
        return bool(self.meta.endpoint_url.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")))

    def _await_active(self, table: str) -> None:
        while True:
            described = self._client.describe_table(TableName=table)["Table"]
            parts = [described["TableStatus"]]
            parts += [one.get("IndexStatus", "ACTIVE") for one in described.get("GlobalSecondaryIndexes", [])]
            if set(parts) == {"ACTIVE"}:
                return
            time.sleep(POLL_S if self._on_aws else 0.0)

    def _listed(self, answer: Any) -> Any:
        names = [name for name in answer["TableNames"] if name.startswith(self._prefix)]
        last = answer.get("LastEvaluatedTableName", "")
        kept = {name: value for name, value in answer.items() if name != "LastEvaluatedTableName"}
        more = {"LastEvaluatedTableName": last} if last.startswith(self._prefix) else {}
        return self._incoming({**kept, "TableNames": names, **more})

    def _sent(self, name: str) -> str:
        """A name as it is sent; one that is too short or too long for a table is left as it is, to be refused."""
        return self._prefix + name if SHORTEST_NAME <= len(name) <= LONGEST_NAME - len(self._prefix) else name

    def _outgoing(self, value: Any, member: str = "") -> Any:
        match value:
            case dict():
                if member == "RequestItems":
                    return {self._sent(name): self._outgoing(one) for name, one in value.items()}
                return {name: self._outgoing(one, name) for name, one in value.items()}
            case list():
                return [self._outgoing(one, member) for one in value]
            case str() if member in NAMES:
                return self._sent(value)
            case str() if member == "Statement":
                return value.replace('"Orders"', f'"{self._prefix}Orders"')
            case str() if value.startswith("arn:") and self._prefix not in value:
                return value.replace(":table/", f":table/{self._prefix}")
        return value

    def _incoming(self, value: Any) -> Any:
        match value:
            case dict():
                return {self._incoming(name): self._incoming(one) for name, one in value.items()}
            case list():
                return [self._incoming(one) for one in value]
            case str():
                return value.replace(self._prefix, "")
        return value


class Pages:
    """A paginator over a client of the run's own: list by list, until nothing says where to go on."""

    TOKENS = ("LastEvaluatedTableName", "LastEvaluatedKey")

    def __init__(self, client: InAccount, operation: str) -> None:
        self._client, self._operation = client, operation

    def paginate(self, **members: Any) -> Iterator[Any]:
        """All pages."""
        config = members.pop("PaginationConfig", {})
        if "PageSize" in config:
            members["Limit"] = config["PageSize"]
        while True:
            page = getattr(self._client, self._operation)(**members)
            yield page
            last = next((token for token in self.TOKENS if token in page), None)
            if last is None:
                return
            members[last.replace("LastEvaluated", "ExclusiveStart")] = page[last]
