"""What a stored check comes to when its evidence is broken: each claim can fail, and says why."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills import rejudging
from dynadrill.drills.checking import indexes_claim, items_claim, settings_claim
from dynadrill.drills.checking.folder import CheckFolder, read_check
from dynadrill.drills.checking.judging import judge_check
from dynadrill.drills.checking.report import render
from dynadrill.drills.checking.result import CheckVerdict
from dynadrill.drills.checking.stored_items import items_of
from dynadrill.drills.cli import main
from dynadrill.drills.output import Output
from dynadrill.drills.parity import ROWS, WARMTH
from dynadrill.drills.snapshots.columns import StoredRow, columns_of
from dynadrill.drills.snapshots.folder import PartWriter, open_snapshot, write_about
from dynadrill.drills.values import digest, key_of
from dynadrill.drills.verdict import Outcome

Items = list[dict[str, Any]]


def rewrite(folder: CheckFolder, name: str, change: Callable[[Items], Items]) -> None:
    """Write a stored snapshot anew with other items."""
    stored = open_snapshot(folder.path / name)
    items = change([dict(item) for item in items_of(stored)])
    writer = PartWriter(stored.path, "again.parquet")
    rows = [
        StoredRow(key_of(item, stored.about.key_attributes), digest(item), None, None, orjson.dumps(item))
        for item in items
    ]
    writer.add(columns_of(rows))
    writer.finish()
    write_about(stored.path, stored.about.model_copy(update={"parts": {writer.name: writer.rows}}))


def change_record(folder: CheckFolder, change: Callable[[dict[str, Any]], None]) -> None:
    """Change `check.json`."""
    record = orjson.loads(folder.run_json.read_bytes())
    change(record)
    folder.run_json.write_bytes(orjson.dumps(record))


def because(verdict: CheckVerdict, name: str) -> str:
    """Why a claim came to what it did; it must have failed."""
    one = next(one for one in verdict.validators if one.name == name)
    assert one.verdict is Outcome.FAIL, one
    return one.because


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda items: items[1:], "1 missing"),
        (lambda items: [*items, {**items[0], "id": {"S": "more"}}], "1 unexpected"),
        (lambda items: [{**items[0], "total": {"N": "2"}}, *items[1:]], "1 different"),
    ],
)
def test_one_wrong_item_fails(evidence: CheckFolder, change: Callable[[Items], Items], said: str) -> None:
    """An item too few, one too many, one changed: each fails the check, and is named without its values."""
    rewrite(evidence, "restored", change)
    verdict = judge_check(evidence)
    assert (verdict.verdict, verdict.exit_code) == (Outcome.FAIL, 1)
    assert said in because(verdict, "items_agree")
    assert len(verdict.samples) == 1
    assert all(part.left is None and part.right is None for part in verdict.samples[0].changes or ())


def test_a_time_stamp_may_explain_a_difference(evidence: CheckFolder) -> None:
    """Where the attribute is named, a write within the boundary of the two is open, and an older one still fails."""
    at = orjson.loads(evidence.run_json.read_bytes())["point"]["at"]

    def name_it(record: dict[str, Any]) -> None:
        record["asked"] |= {"changed_at": "updated_at", "may_be_open": 0.5}

    change_record(evidence, name_it)
    rewrite(evidence, "restored", lambda items: [{**items[0], "updated_at": {"N": str(at)}}, *items[1:]])
    verdict = judge_check(evidence)
    assert (verdict.validators[0].verdict, verdict.items.open) == (Outcome.PASS, 1)
    rewrite(evidence, "restored", lambda items: [{**items[0], "updated_at": {"N": str(at - 3600)}}, *items[1:]])
    assert "1 different" in because(judge_check(evidence), "items_agree")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda items: items[1:], "1 missing"),
        (lambda items: [*items, {**items[0], "id": {"S": "more"}}], "1 phantom"),
        (lambda items: [{**items[0], "total": {"N": "2"}}, *items[1:]], "1 values"),
    ],
)
def test_one_wrong_entry_of_an_index_fails(evidence: CheckFolder, change: Callable[[Items], Items], said: str) -> None:
    """An entry too few, one too many, one with another value: each fails the check."""
    rewrite(evidence, "index-0", change)
    assert said in because(judge_check(evidence), "indexes_agree")


def test_a_setting_that_a_restore_copies_and_that_differs_fails(evidence: CheckFolder) -> None:
    """What is left out on purpose may differ; what AWS copies may not, and neither may what was put back."""

    def differ(record: dict[str, Any]) -> None:
        record["settings_after"] |= {"billing_mode": "PROVISIONED", "stream_view": None}

    change_record(evidence, differ)
    said = because(judge_check(evidence), "settings_came_back")
    assert f"2 of {len(ROWS)}" in said
    assert {*settings_claim.OTHER, WARMTH} == set(ROWS), "a difference is planted in every setting"
    assert "billing_mode" in said
    assert "stream_view" in said


def test_objectives_that_are_missed(evidence: CheckFolder) -> None:
    """What is right but too old or too slow is missed, exit code 3; within its objectives it passes."""

    def ask(rpo_s: float, rto_s: float) -> tuple[int, list[str]]:
        change_record(evidence, lambda record: record["asked"].update(rpo_s=rpo_s, rto_s=rto_s))
        verdict = judge_check(evidence)
        named = ("lost_little", "recovered_in_time")
        return verdict.exit_code, [one.verdict.value for one in verdict.validators if one.name in named]

    assert ask(3600.0, 3600.0) == (0, ["pass", "pass"])
    assert ask(1.0, 1.0) == (3, ["missed", "missed"])


def test_a_check_that_was_killed_is_unknown(evidence: CheckFolder) -> None:
    """Without an ending nothing is known, however much was written down."""
    change_record(evidence, lambda record: record.pop("ending"))
    assert judge_check(evidence).verdict is Outcome.UNKNOWN


def test_what_a_killed_check_left_is_not_known(evidence: CheckFolder) -> None:
    """Where nobody came to clean up, the report does not say that nothing is left, nor that the table was removed."""

    def told() -> tuple[bool, bool, bool]:
        page = render(judge_check(evidence), evidence.path)
        return "✓ nothing" in page, "removed afterwards" in page, "? not known: `dynadrill sweep" in page

    assert told() == (True, True, False)
    change_record(evidence, lambda record: record.update(cleaned_up=False, target_kind="served"))
    assert told() == (False, False, True)
    change_record(evidence, lambda record: record.update(cleaned_up=True, ending=None))
    assert told() == (False, False, True)


def test_a_restored_table_that_is_left_is_not_called_removed(evidence: CheckFolder) -> None:
    """The table that could not be removed is said to be still there."""
    restored = read_check(evidence).restored
    change_record(evidence, lambda record: record.update(leftovers=[f"{restored}: in use"]))
    page = render(judge_check(evidence), evidence.path)
    assert "still there: see below" in page
    assert "removed afterwards" not in page


def test_leftovers_have_their_exit_code(evidence: CheckFolder) -> None:
    """A check that would pass and could not remove what it made exits with 6."""
    change_record(evidence, lambda record: record.update(leftovers=["dynadrill-x-orders: in use"]))
    assert judge_check(evidence).exit_code == 6


def test_evidence_that_is_gone_is_no_pass(evidence: CheckFolder) -> None:
    """A snapshot that is cut short is not there: unknown."""
    next((evidence.path / "independent").glob("*.parquet")).write_bytes(b"PAR1")
    assert judge_check(evidence).verdict is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("module", "name", "blind"),
    [
        (items_claim.Open, "covers", lambda *_: True),
        (indexes_claim, "disagreements", lambda *_: []),
        (settings_claim, "compare_settings", lambda *_: []),
    ],
)
def test_a_detector_that_is_blind_is_found_out(
    evidence: CheckFolder, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, blind: Any
) -> None:
    """Each claim proves itself with planted defects: one that finds nothing makes the check unknown."""
    monkeypatch.setattr(module, name, blind)
    verdict = judge_check(evidence)
    assert verdict.verdict is Outcome.UNKNOWN
    assert verdict.controls.missed


def test_judge_learns_checks(evidence: CheckFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """`dynadrill judge` judges a check again and says the same; the window is told with its lag (S2-07)."""
    written = evidence.verdict_json.read_bytes()
    assert main(["judge", str(evidence.path)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "PASS" in said
    assert "5m 00s behind" in said
    assert evidence.verdict_json.read_bytes() == written
    assert "<testsuite " in evidence.junit.read_text()
    assert rejudging.judge_again(evidence.path, Output("-", None, quiet=True)) == 0
    assert orjson.loads(capsys.readouterr().out)["schema"] == "dynadrill.restore-check/1"


def test_a_runs_ledger_is_a_copy(evidence: CheckFolder, tmp_path: Path) -> None:
    """What a drill restored is held against its ledger at an instant, in a drill's classes; a later one fails."""
    out = tmp_path / "runs"
    options = ["--pace", "virtual", "--items", "60", "--rate", "2", "--seed", "1", "--quiet", "--out", str(out)]
    assert main(["run", "bad_batch_delete", *options]) == 0
    run = (out / "bad_batch_delete" / "latest").resolve()
    record = orjson.loads((run / "run.json").read_bytes())
    at = record["promise"]["point_at"]

    def against(instant: float) -> CheckVerdict:
        copy = {"kind": "ledger", "given": f"{run}@{instant}", "path": str(run), "from_at": instant, "to_at": instant}
        change_record(
            evidence,
            lambda checked: checked.update(
                key_attributes=record["key_attributes"],
                restored_path=str(run / "snapshot-restored.parquet"),
                point={"at": instant, "boundary_s": [0.0, 0.0], "found_from": "a test", "window": None},
                held_against={**copy, "exactness_s": 1.0, "fault": ""},
                indexes=[],
            ),
        )
        return judge_check(evidence)

    assert against(at).validators[0].verdict is Outcome.PASS
    assert "not what the ledger says" in because(against(at + 60), "items_agree")
