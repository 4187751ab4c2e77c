"""Drills that tests are marked with, on a target that may cost money."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.marked import Session, agreed_to, run_marked
from dynadrill.drills.target import TargetKind
from dynadrill.drills.targets import served
from dynadrill.drills.timemachine.machine import TimeMachine

from tests.drills.targets.served import go_there, served_machine

SMALL = {"target": "aws:eu-west-1", "items": 40, "rate": 0.5, "decide": "5s"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[TimeMachine]:
    """A served machine, reached as AWS."""
    with served_machine() as (url, found):
        go_there(monkeypatch, url)
        yield found


def test_a_drill_on_aws_wants_somebody_to_agree(
    machine: TimeMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `yes_spend`, or with too little, nothing is made, and the test is told what to write; that is enough."""
    folders = (tmp_path / str(number) for number in range(9))

    def marked(session: Session, **options: Any) -> Any:
        return run_marked(("bad_batch_delete",), {**SMALL, **options}, session, lambda: next(folders))

    with monkeypatch.context() as patch:
        patch.setattr(served, "TargetKind", SimpleNamespace(SERVED=TargetKind.AWS))  # a place where it is billed
        with pytest.raises(UsageError, match="nothing was agreed to: nothing was made"):
            marked(Session(tmp_path))
    for session, options in ((Session(tmp_path), {"yes_spend": 0.0001}), (Session(tmp_path, yes_spend_usd=0.0001), {})):
        with pytest.raises(UsageError, match=r"0.0001 USD were agreed to") as found:
            marked(session, **options)
    assert machine.fleet.tables() == []
    told = re.search(r"yes_spend=([0-9.]+), or more.*--drill-yes-spend \1`", found.value.hint)
    assert told is not None
    done = marked(Session(tmp_path), yes_spend=float(told[1]))
    assert (done.judgement.verdict, done.why_not, machine.fleet.tables()) == ("pass", "", [])


@pytest.mark.parametrize("usd", ["a lot", "nan", -1, float("inf"), True, [1]])
def test_what_is_no_amount_is_refused(usd: object) -> None:
    """Who agrees to what is no amount has agreed to nothing, and is told so."""
    with pytest.raises(UsageError, match="Give US dollars"):
        agreed_to(usd, "yes_spend")


def test_an_amount_is_a_number_or_its_text() -> None:
    """A marker has a number, the command line text; nothing is nothing."""
    assert [agreed_to(usd, "yes_spend") for usd in (2, 2.5, "2.5", None)] == [2.0, 2.5, 2.5, None]
