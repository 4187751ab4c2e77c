"""The command line of a check: what is wrong is said before anything is touched."""

import math
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.checking.asked import Asked, make_check
from dynadrill.drills.checking.record import CostRecord
from dynadrill.drills.checking.spending import agree
from dynadrill.drills.checking.stamps import written_at
from dynadrill.drills.checking.where import table_place
from dynadrill.drills.cli import main
from dynadrill.drills.errors import RefusedError, UsageError

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"table": "or"}, "not the name of a table"),
        ({"table": "arn:aws:s3:::orders"}, "not the ARN of a table"),
        ({"table": f"{ARN}/index/x"}, "not the ARN of a table"),
        ({"table": ARN, "target": "aws:us-east-1"}, "is in eu-west-1"),
        ({"target": "embedded"}, "no table of yours"),
        ({"endpoint": "http://127.0.0.1:2"}, "both say"),
        ({"method": "magic"}, "--method magic"),
        ({"against": "live"}, "cannot tell"),
        ({"against": "table:orders"}, "a table's name"),
        ({"to": "yesterday"}, "--to"),
        ({"rto": "soon"}, "--rto"),
        ({"may_be_open": "lots"}, "no share"),
        ({"may_be_open": "100%"}, "no share"),
        ({"smoke": "true"}, "does not name the restored table"),
        ({"smoke": "no-such-command-anywhere {table}"}, "no command"),
        ({"canary": Path("nowhere")}, "no folder of canaries"),
        ({"rcu": 0.0}, "reads nothing"),
        ({"role": "arn:aws:iam::123456789012:role/backup"}, "--method is pitr"),
        ({"invariants": ["nowhere.py"]}, "nowhere.py"),
    ],
)
def test_what_makes_no_sense_is_said(asked: dict[str, Any], said: str) -> None:
    """Every wrong option is named, before any target is opened."""
    with pytest.raises(UsageError, match=said):
        make_check(Asked(**{"table": "orders", "target": "http://127.0.0.1:1", **asked}), {})


def test_a_copy_that_is_a_folder_here_is_told_how_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bare name of a folder may be a table's: the error says how to write that the folder is meant."""
    monkeypatch.chdir(tmp_path)
    Path("before").mkdir()
    with pytest.raises(UsageError) as found:
        make_check(Asked(table="orders", target="http://127.0.0.1:1", against="before"), {})
    assert found.value.hint.startswith("Write ./ before it")


def test_where_a_table_is() -> None:
    """Its ARN's Region, else the environment's, is a Region of AWS; boto3 knows where that is answered."""
    assert table_place(ARN, None, None, {"AWS_REGION": "us-east-1"}).target == "aws:eu-west-1"
    assert table_place("orders", None, None, {"AWS_REGION": "us-east-1"}).target == "aws:us-east-1"
    assert table_place("orders", None, None, {"AWS_ENDPOINT_URL": "http://h:1"}).target == "http://h:1"
    assert table_place("orders", None, "http://h:1/", {}).target == "http://h:1"
    with pytest.raises(UsageError, match="not said where"):
        table_place("orders", None, None, {})


def test_money_is_agreed_to_first() -> None:
    """Where it is billed, at least the estimate has to be agreed to; elsewhere nothing has to."""
    cost = CostRecord(estimated_usd=1.25, billed=True, unconfirmed=())
    agree(cost, 1.25)
    agree(cost.model_copy(update={"billed": False}), None)
    for too_little in (None, 1.0, math.nan):
        with pytest.raises(RefusedError, match=r"1\.2500 USD"):
            agree(cost, too_little)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"N": "1790000000"}, 1790000000.0),
        ({"N": "1790000000.5"}, 1790000000.5),
        ({"N": "1790000000500"}, 1790000000.5),
        ({"N": "1790000000500000"}, 1790000000.5),
        ({"S": "2026-09-21T13:33:20Z"}, 1789997600.0),
        ({"S": "2026-09-21T15:33:20+02:00"}, 1789997600.0),
        ({"S": "2026-09-21T13:33:20"}, None),
        ({"S": "soon"}, None),
        ({"BOOL": True}, None),
    ],
)
def test_time_stamps(typed: dict[str, Any], at: float | None) -> None:
    """Epoch seconds, milliseconds and microseconds, and ISO 8601 with a zone; anything else is no stamp."""
    assert written_at({"at": typed}, "at") == at


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    """The help of both commands says what is never done to the table, and shows examples."""
    assert main(["restore-check", "--help"]) == 0
    assert "only read" in capsys.readouterr().out
    assert main(["canary", "--help"]) == 0
    assert "--remove" in capsys.readouterr().out


def test_nobody_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A target that does not answer is wrong usage, and leaves no run folder."""
    code = main(["restore-check", "orders", "--target", "http://127.0.0.1:1", "--out", str(tmp_path)])
    assert (code, list(tmp_path.iterdir())) == (64, [])
