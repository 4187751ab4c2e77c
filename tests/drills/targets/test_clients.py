"""The clients that a target hands out, whatever the user's environment says."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from dynadrill.drills.errors import UsageError
from dynadrill.drills.targets.access import Access
from dynadrill.drills.targets.aws import AwsTarget
from dynadrill.drills.targets.clients import Place, is_loopback
from dynadrill.drills.targets.clocks import VirtualClock

from .conftest import PREFIX, RUN, Answers, error, open_endpoint

CONFUSING = {
    "AWS_PROFILE": "nobody-has-this-profile",
    "AWS_CONFIG_FILE": "/nonexistent/config",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_ENDPOINT_URL": "http://192.0.2.1:1",
    "AWS_MAX_ATTEMPTS": "9",
    "AWS_RETRY_MODE": "adaptive",
    "HTTP_PROXY": "http://192.0.2.1:1",
    "http_proxy": "http://192.0.2.1:1",
}


def http_access(url: str, folder: Path) -> Access:
    """A run's access over HTTP."""
    return Access(Place(url, "us-east-1"), RUN, folder, VirtualClock(0.0, lambda *_: None))


@pytest.mark.parametrize("fault", ["InternalServerError", "ThrottlingException", "closed", "timeout"])
def test_the_data_client_makes_one_attempt(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Every attempt is its own op: the data client never repeats a call, the control client makes four attempts."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "9")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)

    def says(operation: str, sent: Any) -> tuple[int, bytes]:
        if fault == "closed":
            raise ConnectionClosedError(endpoint_url="nowhere")
        if fault == "timeout":
            raise ReadTimeoutError(endpoint_url="nowhere")
        return error(fault, 500 if fault.startswith("Internal") else 400)

    answers.says = says
    access = answers.access(tmp_path)
    access.inventory.tables.add(f"{PREFIX}table")
    with pytest.raises((ClientError, ConnectionClosedError, ReadTimeoutError)):
        access.data().put_item(TableName=f"{PREFIX}table", Item={"k": {"S": "1"}})
    assert len(answers.sent) == 1
    with pytest.raises((ClientError, ConnectionClosedError, ReadTimeoutError)):
        access.control().list_tables()
    assert len(answers.sent) == 5


def test_the_users_environment_leads_nobody_astray(
    moto_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Profiles, proxies, FIPS names and other endpoints of the environment do not reach a loopback endpoint."""
    # The server is in this process, and reads the environment when it is first asked.
    http_access(moto_server, tmp_path).control().list_tables()
    for name, value in CONFUSING.items():
        monkeypatch.setenv(name, value)
    access = http_access(moto_server, tmp_path)
    assert access.control().list_tables()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert access.data().list_tables()["ResponseMetadata"]["HTTPStatusCode"] == 200
    access.close()


def test_keys_of_the_environment_are_used_where_there_are_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint is asked as whoever the environment names, and as nobody in particular where it names nobody."""

    def key() -> Any:
        return http_access("http://127.0.0.1:1", tmp_path).data()._request_signer._credentials.access_key

    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    assert key() == "dynadrill"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert key() == "mine"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://127.0.0.1.example.com", False),
        ("https://dynamodb.eu-west-1.amazonaws.com", False),
    ],
)
def test_loopback_is_told_from_elsewhere(url: str, local: bool) -> None:
    """Only this machine's own names are loopback."""
    assert is_loopback(url) is local


@pytest.mark.parametrize("region", ["no region", "-", "a.b/c"])
def test_a_region_of_the_environment_that_is_none_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    """A region that botocore cannot use is exit code 64 with a hint, and leaves no clock behind."""
    monkeypatch.setenv("AWS_REGION", region)
    with pytest.raises(UsageError, match="no client can be made") as caught:
        open_endpoint("http://127.0.0.1:1", tmp_path)
    assert "AWS_" in caught.value.hint
    assert not (tmp_path / "clock").exists()


def test_a_profile_that_is_not_there_is_wrong_usage_on_aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On AWS the user's own configuration counts, and what is wrong with it is said."""
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this-profile")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(UsageError, match="nobody-has-this-profile"):
        AwsTarget("eu-west-1", run_id=RUN, folder=tmp_path, allowed=True)
    assert not (tmp_path / "clock").exists()
