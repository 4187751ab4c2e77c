"""Whole checks of a person's table: restored beside it, held against a copy, and nothing left behind."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from dynadrill.drills.checking.folder import CheckFolder, read_check
from dynadrill.drills.checking.judging import judge_check
from dynadrill.drills.checking.record import PointRecord
from dynadrill.drills.checking.result import CheckVerdict
from dynadrill.drills.checking.work import Given
from dynadrill.drills.errors import DrillError, UsageError
from dynadrill.drills.schemas import stored
from dynadrill.drills.snapshots.reading import Reading, read_table
from dynadrill.drills.verdict import ExitCode, Outcome
from dynadrill.drills.watch import SilentWatch

from .conftest import ITEMS, TABLE, Person


def claim(verdict: CheckVerdict, name: str) -> tuple[str, str]:
    """What one claim came to, and why."""
    return next((one.verdict.value, one.because) for one in verdict.validators if one.name == name)


def test_a_table_that_comes_back_passes(person: Person) -> None:
    """Restored beside it, equal to an export of the same second, indexes and settings right: pass, and nothing left."""
    before = person.client().describe_table(TableName=TABLE)["Table"]
    verdict, folder = person.check(against="export", rpo="10m", rto="4h", smoke="test -n {table}")
    assert (verdict.verdict, verdict.exit_code, verdict.leftovers) == (Outcome.PASS, 0, ())
    assert (verdict.items.equal, verdict.items.restored, verdict.items.open) == (ITEMS, ITEMS, 0)
    assert verdict.controls.caught == verdict.controls.planted > 40
    assert person.everything() == [TABLE]
    assert person.client().describe_table(TableName=TABLE)["Table"] == before
    came = {row.name: row.came for row in verdict.settings}
    assert (came["stream_view"], came["tags"], came["recovery_period_days"]) == ("put back", "left out", "left out")
    assert verdict.point is not None
    assert verdict.point.window is not None
    assert verdict.point.window[0] < verdict.point.at <= verdict.point.window[1]
    phases = verdict.rto.phases_s.model_dump().values()
    assert verdict.rto.measured_s == pytest.approx(sum(phases), abs=1e-5)
    assert verdict.rto.simulated_s == pytest.approx(verdict.rto.measured_s, abs=1)
    written = folder.verdict_json.read_bytes()
    judge_check(folder)
    assert folder.verdict_json.read_bytes() == written
    for name, file in (("restore-check-1", folder.verdict_json), ("check-1", folder.run_json)):
        jsonschema.validate(json.loads(file.read_bytes()), json.loads(stored(f"{name}.schema.json")))


def test_the_table_is_only_read_restored_from_and_exported(passed: CheckFolder) -> None:
    """Of all calls of a check that name the person's table none changes it."""
    calls = [json.loads(line) for line in passed.calls.read_text().splitlines()]
    named = {call["operation"] for call in calls if TABLE in call["tables"]}
    assert "RestoreTableToPointInTime" in named
    assert not {name for name in named if not name.startswith(("Describe", "List", "Get", "Restore", "Export"))}


def test_without_an_independent_copy_nobody_knows(person: Person) -> None:
    """No copy: the claim about the items is unknown, the exit code 2, and it says what would make it known."""
    verdict, _ = person.check(rpo="1h")
    assert (verdict.verdict, verdict.exit_code) == (Outcome.UNKNOWN, ExitCode.UNKNOWN)
    assert "--against export" in claim(verdict, "items_agree")[1]
    assert claim(verdict, "lost_little")[0] == "unknown"
    assert claim(verdict, "settings_came_back")[0] == "pass"


def test_another_region(person: Person) -> None:
    """Restored into another Region, with a key that is there: that the encryption may differ is said, not failed."""
    verdict, _ = person.check(against="export", region="eu-west-1")
    assert (verdict.verdict, verdict.restored_region) == (Outcome.PASS, "eu-west-1")
    assert person.everything() == [TABLE]


def test_the_live_table_with_stamps(person: Person) -> None:
    """Items that say they were written since say nothing; too many of them leave it unknown; the rest has to agree."""

    def after_three_writes(**asked: str) -> tuple[str, int | None, int | None, int | None]:
        for number in range(3):
            person.put(number, total=2)
        verdict, _ = person.check(against="live", **asked)
        items = verdict.items
        return claim(verdict, "items_agree")[0], items.equal, items.open, items.different

    assert after_three_writes(changed_at="updated_at") == ("unknown", ITEMS - 3, 3, 0)
    assert after_three_writes(changed_at="updated_at", may_be_open="20%") == ("pass", ITEMS - 3, 3, 0)
    assert after_three_writes(changed_at="no_such_attribute", may_be_open="20%") == ("fail", ITEMS - 3, 0, 3)
    person.clock.wait(400.0, "until the window has passed them")


def test_a_stored_snapshot_is_good_for_its_instant_only(person: Person, tmp_path: Path) -> None:
    """The table is restored to the snapshot's own instant unless another was asked for: then nothing can be said."""
    table = person.base.reader(TABLE)
    read_table(table, tmp_path / "kept", person.clock, Reading(segments=1))
    table.close()
    person.clock.wait(400.0, "until that can be restored to")
    verdict, _ = person.check(against=str(tmp_path / "kept"))
    assert verdict.verdict is Outcome.PASS
    verdict, _ = person.check(against=str(tmp_path / "kept"), to=str(person.clock.now() - 310))
    assert "the copy is of" in claim(verdict, "items_agree")[1]
    assert verdict.verdict is Outcome.UNKNOWN


@pytest.mark.parametrize("method", ["backup", "aws-backup"])
def test_from_a_backup(person: Person, method: str) -> None:
    """The newest backup is restored; where there is none by then the check fails, as a recovery would."""
    with_none, _ = person.check(method=method)
    assert (with_none.verdict, with_none.exit_code) == (Outcome.FAIL, 1)
    if method == "backup":
        person.client().create_backup(TableName=TABLE, BackupName="nightly")
    else:
        backup = person.client("backup")
        backup.create_backup_vault(BackupVaultName="nightly")
        arn = person.client().describe_table(TableName=TABLE)["Table"]["TableArn"]
        role = "arn:aws:iam::123456789012:role/any"
        backup.start_backup_job(BackupVaultName="nightly", ResourceArn=arn, IamRoleArn=role)
    person.clock.wait(600.0, "until it is complete")
    verdict, _ = person.check(method=method, against="live", changed_at="updated_at")
    assert (verdict.verdict, verdict.items.equal) == (Outcome.PASS, ITEMS)
    assert person.everything() == [TABLE]


def test_what_somebody_else_restored(person: Person) -> None:
    """A table that was restored already is held against a copy as any other, changed by nobody, and left there."""
    at = person.clock.now() - 350
    asked = {"SourceTableName": TABLE, "TargetTableName": "restored", "RestoreDateTime": int(at)}
    person.client().restore_table_to_point_in_time(**asked)
    person.clock.wait(3600.0, "until it is there")
    before = person.client().describe_table(TableName="restored")["Table"]
    point = PointRecord(at=int(at), boundary_s=(0.0, 0.0), found_from="the event")
    verdict, _ = person.check(given=Given("restored", point), against="export")
    assert (verdict.verdict, verdict.method, verdict.items.equal) == (Outcome.PASS, "given", ITEMS)
    assert (verdict.rto.measured_s, verdict.rto.phases_s.restore) == (None, None)
    assert person.client().describe_table(TableName="restored")["Table"] == before
    person.client().delete_table(TableName="restored")
    assert person.everything() == [TABLE]


def test_invariants_and_smoke_have_their_say(person: Person, tmp_path: Path) -> None:
    """A person's own rule that does not hold, or a command that ends otherwise than with 0, fails it (S1-36)."""
    (tmp_path / "totals.sql").write_text("SELECT key FROM items WHERE id = 'o-7'")
    verdict, folder = person.check(
        against="export", invariants=[str(tmp_path / "totals.sql")], smoke="sh -c 'echo no {table}; exit 3'"
    )
    assert verdict.verdict is Outcome.FAIL
    assert claim(verdict, "own_invariants") == ("fail", "totals.sql found 1: o-7")
    assert "ended with 3" in claim(verdict, "smoke_passes")[1]
    assert f"no {verdict.restored}" in folder.smoke.read_text()


class Stopping(SilentWatch):
    """Somebody who presses CTRL+C when a phase begins."""

    def phase(self, name: str, detail: str = "") -> None:
        """See `Watch.phase`."""
        if name == "read":
            raise KeyboardInterrupt


def test_an_interrupted_check_leaves_nothing(person: Person) -> None:
    """CTRL+C in the middle: what was made is removed, and what is on disk judges as unknown."""
    with pytest.raises(KeyboardInterrupt):
        person.check(Stopping(), against="export")
    newest = max(person.folder.glob("check-*/check.json"), key=lambda path: int(path.parent.name.split("-")[1]))
    folder = CheckFolder(newest.parent)
    assert read_check(folder).ending is not None
    assert (judge_check(folder).verdict, judge_check(folder).leftovers) == (Outcome.UNKNOWN, ())
    assert person.everything() == [TABLE]


def test_what_cannot_be_asked_leaves_no_record(person: Person, tmp_path: Path) -> None:
    """A time that has not come and a copy that is damaged are told before a record is begun."""
    for asked, error in (({"to": str(person.clock.now() + 9e6)}, UsageError), ({"against": str(tmp_path)}, DrillError)):
        (tmp_path / "snapshot.json").write_text("{")
        with pytest.raises(error):
            person.check(**asked)
        newest = max(person.folder.glob("check-*"), key=lambda path: path.stat().st_mtime)
        assert not (newest / "check.json").exists()


def test_a_restore_that_fails(person: Person) -> None:
    """A restore that the service gives up fails the check, and leaves nothing."""
    world: Any = person.base.world
    world.add_fault("fail", operation="RestoreTableToPointInTime", times=1)
    verdict, _ = person.check(against="export")
    assert (verdict.verdict, verdict.exit_code) == (Outcome.FAIL, 1)
    assert person.everything() == [TABLE]


def test_recovery_switched_off_and_an_empty_table(tmp_path: Path) -> None:
    """What is not protected cannot be brought back: fail. Two empty sides agree about nothing: unknown."""
    person = Person(tmp_path)
    person.create(recovery=False, items=0)
    verdict, _ = person.check()
    assert (verdict.verdict, verdict.exit_code) == (Outcome.FAIL, 1)
    assert "switched off" in verdict.because
    specification = {"PointInTimeRecoveryEnabled": True}
    person.client().update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=specification)
    verdict, _ = person.check(against="export")
    assert (verdict.verdict, claim(verdict, "items_agree")[0]) == (Outcome.UNKNOWN, "unknown")
    assert person.everything() == [TABLE]
