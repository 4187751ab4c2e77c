"""Which restore job a word or an event names, how a table is to be checked, and what a verdict is answered with."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.config.model import Config
from dynadrill.drills.config.reading import read_config
from dynadrill.drills.errors import UsageError
from dynadrill.drills.restore_testing.answer import STATUSES
from dynadrill.drills.restore_testing.event import named_by, read_named
from dynadrill.drills.restore_testing.handler import allowing_its_own, handler
from dynadrill.drills.restore_testing.wanted import Wanted, wanted_of
from dynadrill.drills.verdict import Outcome

JOB = "3FA85F64-5717-4562-B3FC-2C963F66AFA6"
EVENT: dict[str, Any] = {
    "detail-type": "Restore Job State Change",
    "source": "aws.backup",
    "account": "210987654321",
    "region": "eu-west-1",
    "time": "2026-11-21T15:00:00Z",
    "detail": {"restoreJobId": JOB, "status": "COMPLETED", "anything": "AWS adds"},
}


def test_a_job_is_named_by_its_id_by_a_file_or_by_standard_input(tmp_path: Path) -> None:
    """All three name the same job; the event says in which Region, the id does not."""
    (tmp_path / "event.json").write_text(json.dumps(EVENT))
    by_id = read_named(JOB, io.StringIO())
    by_file = read_named(str(tmp_path / "event.json"), io.StringIO())
    assert (by_id.job_id, by_id.region) == (JOB, None)
    assert (by_file.job_id, by_file.region) == (JOB, "eu-west-1")
    assert read_named("-", io.StringIO(json.dumps(EVENT))) == by_file


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"detail-type": "Backup Job State Change"}, "detail-type"),
        ({"source": "me"}, "source"),
        ({"detail": {}}, "detail.restoreJobId"),
        ({"detail": {"restoreJobId": "../x"}}, "detail.restoreJobId"),
        ({"region": None}, "region"),
        ({"time": "yesterday"}, "time"),
    ],
)
def test_what_is_no_event_of_a_restore_job_is_refused(wrong: dict[str, Any], said: str) -> None:
    """Another event, or half of one, is refused with the member that is wrong."""
    with pytest.raises(UsageError, match=said):
        named_by(EVENT | wrong)


@pytest.mark.parametrize("text", ["no such file", "not json", "[1]"])
def test_what_is_no_event_at_all_is_refused(tmp_path: Path, text: str) -> None:
    """A file that is not there, no JSON, and JSON that is no object."""
    path = tmp_path / "event.json"
    if text != "no such file":
        path.write_text(text)
    with pytest.raises(UsageError):
        read_named(str(path), io.StringIO())


def test_the_command_line_comes_first_and_the_section_last(tmp_path: Path) -> None:
    """Command line, then the table's own section, the environment, and the section for all tables."""
    (tmp_path / "dynadrill.toml").write_text(
        '[restore_testing]\nagainst = "live"\nrpo = "4h"\nchanged_at = "a"\nmay_be_open = "2%"\n'
        '[restore_testing.tables.orders]\nrpo = "2h"\nchanged_at = "c"\n'
    )
    config = read_config({}, tmp_path)
    environment = {"DYNADRILL_RPO": "3h", "DYNADRILL_CHANGED_AT": "b", "DYNADRILL_MAY_BE_OPEN": "3%"}
    found = wanted_of("orders", Wanted(rpo="1h"), environment, config)
    assert (found.rpo, found.changed_at, found.may_be_open, found.against) == ("1h", "c", "3%", "live")
    other = wanted_of("invoices", Wanted(), {"DYNADRILL_INVARIANTS": "a.sql:b.py", "DYNADRILL_RCU": "50"}, config)
    assert (other.rpo, other.changed_at, other.invariants, other.rcu) == ("4h", "a", ("a.sql", "b.py"), 50.0)
    with pytest.raises(UsageError, match="DYNADRILL_RCU"):
        wanted_of("orders", Wanted(), {"DYNADRILL_RCU": "many"}, config)


def test_an_unknown_key_of_a_table_names_the_nearest(tmp_path: Path) -> None:
    """A misspelt key in a table's own section is an error that says what was meant."""
    (tmp_path / "dynadrill.toml").write_text('[restore_testing.tables.orders]\nagianst = "live"\n')
    with pytest.raises(UsageError, match=r"Did you mean restore_testing\.tables\.orders\.against\?"):
        read_config({}, tmp_path)


def test_only_a_pass_is_successful() -> None:
    """Every outcome has its answer: one is SUCCESSFUL, and what nobody knows is answered with nothing."""
    assert set(STATUSES) == set(Outcome)
    assert [outcome for outcome, status in STATUSES.items() if status == "SUCCESSFUL"] == [Outcome.PASS]
    assert {outcome for outcome, status in STATUSES.items() if status == "FAILED"} == {Outcome.FAIL, Outcome.MISSED}


class Context:
    """What Lambda hands over beside the event."""

    invoked_function_arn = "arn:aws:lambda:eu-west-1:210987654321:function:dynadrill"


def test_a_function_is_allowed_its_own_account_and_region() -> None:
    """Deployed there it may ask there, and nowhere else; lists in the configuration hold."""
    own = allowing_its_own(Config(), Context.invoked_function_arn).aws
    assert (own.accounts, own.regions) == (("210987654321",), ("eu-west-1",))
    listed = Config.model_validate({"aws": {"accounts": ["111111111111"], "regions": ["eu-north-1"]}})
    kept = allowing_its_own(listed, Context.invoked_function_arn).aws
    assert (kept.accounts, kept.regions) == (("111111111111",), ("eu-north-1",))


def test_a_function_makes_no_export(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An export takes longer than a function may run: refused before anything is asked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DYNADRILL_AGAINST", "export")
    with pytest.raises(UsageError, match="cannot wait for an export"):
        handler(EVENT, Context())
