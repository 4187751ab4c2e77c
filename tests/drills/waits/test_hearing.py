"""Waits are heard at the clock and at the answers: whose they are, how long they have been, what is expected."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.timemachine.durations import ITEMS_PER_S, RANGES_S
from dynadrill.drills.waits.hearing import BY_MODEL, BY_PERCENTAGE, BY_SERVICE, Waits
from dynadrill.drills.waits.measured import WAITS
from dynadrill.drills.waits.wait import Expected, Wait
from dynadrill.drills.watch import SilentWatch

AT = 1_795_000_000.0
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/"
OWN = "dynadrill-0123abcd-orders"
HERE = "aws:eu-west-1"


class Hearing(SilentWatch):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.waits: list[Wait] = []

    def wait(self, wait: Wait) -> None:
        """Keep it."""
        self.waits.append(wait)


def time_of(at: float) -> datetime:
    """As botocore has an instant."""
    return datetime.fromtimestamp(at, UTC)


def dated(at: float, **members: Any) -> dict[str, Any]:
    """An answer, given at an instant of the server's clock."""
    return {**members, "ResponseMetadata": {"HTTPHeaders": {"date": formatdate(at, usegmt=True)}}}


def table(at: float, state: str = "CREATING", name: str = OWN, **members: Any) -> dict[str, Any]:
    """What DescribeTable says of a table, which by default is being restored since AT."""
    summary = {"RestoreInProgress": True, "SourceTableArn": f"{ARN}orders"} if state == "CREATING" else {}
    described = {"TableName": name, "TableArn": ARN + name, "TableStatus": state, "CreationDateTime": time_of(AT)}
    return dated(at, Table={**described, **({"RestoreSummary": summary} if summary else {}), **members})


class Told:
    """Waits, and the last thing that was told of them."""

    def __init__(self, folder: Path | None = None, place: str = HERE) -> None:
        self.watch = Hearing()
        self.waits = Waits(self.watch, folder)
        self.waits.at_place(place)

    def poll(self, now: float, answer: dict[str, Any], operation: str = "DescribeTable", why: str = "until x") -> Wait:
        """Look, and wait for 15 s."""
        service = "backup" if "Job" in operation else "dynamodb"
        self.waits.looked(service, operation, answer, now)
        self.waits.waiting(15.0, why, now)
        return self.watch.waits[-1]


def restored(folder: Path, seconds: float, place: str = HERE, name: str = OWN) -> None:
    """Wait for a restore that takes so long, in a run with a folder."""
    folder.mkdir(parents=True)
    told = Told(folder, place)
    told.poll(AT, table(AT, name=name))
    told.waits.looked("dynamodb", "DescribeTable", table(AT + seconds, "ACTIVE", name=name), AT + seconds)


def test_a_restore_is_expected_by_the_model() -> None:
    """Where nothing is known but what it is, the model's range is told, for a table as large as it was seen to be."""
    told = Told()
    assert told.poll(AT + 30, table(AT + 30)).expected == Expected(*RANGES_S["restore"], BY_MODEL)
    items = 1_000_000
    told.waits.looked("dynamodb", "DescribeTable", table(AT, "ACTIVE", "orders", ItemCount=items), AT)
    least_s, most_s = RANGES_S["restore"]
    assert told.poll(AT + 60, table(AT + 60)).expected == Expected(least_s, most_s + items / ITEMS_PER_S, BY_MODEL)


def test_how_long_it_has_been_is_by_the_servers_clock(tmp_path: Path) -> None:
    """A wait that somebody else began is as old as the server says, however wrong this machine's clock is."""
    told = Told(tmp_path)
    assert told.poll(AT + 9000, table(AT + 480)).so_far_s == 480
    assert told.poll(AT + 9015, table(AT + 495)).so_far_s == 495
    undated = {"Table": table(AT)["Table"]}
    assert Told().poll(AT + 9000, undated).so_far_s == 0


def test_earlier_runs_say_how_long_it_takes(tmp_path: Path) -> None:
    """What earlier runs have measured of the same table at the same place goes before the model, as a range."""
    restored(tmp_path / "restore-check/1", 480.0)
    (tmp_path / "restore-check/latest").symlink_to("1")
    restored(tmp_path / "bad/1", 300.0, name="dynadrill-99999999-orders")
    by_two = Told(tmp_path / "restore-check/2").poll(AT, table(AT)).expected
    assert by_two == Expected(300.0, 480.0, "the last 2 restores of orders here")
    kept = [json.loads(line) for line in (tmp_path / "restore-check/1" / WAITS).read_text().splitlines()]
    assert [(each["kind"], each["of"], each["seconds"]) for each in kept] == [("restore", "orders", 480.0)]


@pytest.mark.parametrize("other", [{"place": f"{HERE} at http://127.0.0.1:8000"}, {"name": "dynadrill-0123abcd-users"}])
def test_what_was_measured_elsewhere_says_nothing(tmp_path: Path, other: dict[str, str]) -> None:
    """How long an emulator took, or another table, is not passed off as how long this will take."""
    restored(tmp_path / "restore-check/1", 480.0, **other)
    found = Told(tmp_path / "restore-check/2").poll(AT, table(AT)).expected
    assert found is not None
    assert found.by == BY_MODEL


def test_what_did_not_end_well_was_not_measured(tmp_path: Path) -> None:
    """A restore that failed, or that nobody waited for, or whose line is torn, says nothing of how long one takes."""
    folder = tmp_path / "restore-check/1"
    folder.mkdir(parents=True)
    told = Told(folder)
    told.poll(AT, table(AT))
    told.waits.looked("dynamodb", "DescribeTable", table(AT + 99, "INACCESSIBLE_ENCRYPTION_CREDENTIALS"), AT + 99)
    told.waits.looked("dynamodb", "DescribeTable", table(AT + 200), AT + 200)
    told.waits.looked("dynamodb", "DescribeTable", table(AT + 300, "ACTIVE"), AT + 300)
    assert not (folder / WAITS).exists()
    (folder / WAITS).write_text('{"kind": "rest')
    found = Told(tmp_path / "restore-check/2").poll(AT, table(AT)).expected
    assert found is not None
    assert found.by == BY_MODEL


def job(at: float, **members: Any) -> dict[str, Any]:
    """What DescribeBackupJob says of a job of AT."""
    return dated(at, BackupJobId="j", State="RUNNING", ResourceArn=f"{ARN}orders", CreationDate=time_of(AT), **members)


@pytest.mark.parametrize(
    ("answer", "operation", "expected", "counted"),
    [
        (lambda at: job(at, PercentDone="0.0", ExpectedCompletionDate=time_of(AT + 900)), "DescribeBackupJob",
         Expected(900.0, 900.0, BY_SERVICE), "0 % by the service"),
        (lambda at: job(at, PercentDone="40.0"), "DescribeBackupJob",
         Expected(500.0, 500.0, BY_PERCENTAGE), "40 % by the service"),
        (lambda at: job(at, PercentDone="2.00%"), "DescribeBackupJob",
         Expected(*RANGES_S["backup_job"], BY_MODEL), "2 % by the service"),
        (lambda at: dated(at, RestoreJobId="r", Status="RUNNING", CreationDate=time_of(AT), PercentDone="0.00%",
                          ExpectedCompletionTimeMinutes=10), "DescribeRestoreJob",
         Expected(600.0, 600.0, BY_SERVICE), "0 % by the service"),
        (lambda at: dated(at, CopyJob={"CopyJobId": "c", "State": "RUNNING", "BackupSizeInBytes": 50 * 2**20 * 60}),
         "DescribeCopyJob", Expected(180.0, 660.0, BY_MODEL), ""),
        (lambda at: dated(at, ImportTableDescription={"ImportArn": "i", "ImportStatus": "IN_PROGRESS",
                                                      "ProcessedItemCount": 1200}), "DescribeImport",
         Expected(*RANGES_S["import"], BY_MODEL), "1,200 items"),
        (lambda at: dated(at, ExportDescription={"ExportArn": "e", "ExportStatus": "IN_PROGRESS",
                                                 "TableArn": f"{ARN}orders"}), "DescribeExport",
         Expected(*RANGES_S["export"], BY_MODEL), ""),
        (lambda at: table(at, "ACTIVE", Replicas=[{"ReplicaStatus": "DELETING"}]), "DescribeTable",
         Expected(*RANGES_S["replica_delete"], BY_MODEL), ""),
        (lambda at: table(at, "ACTIVE", GlobalSecondaryIndexes=[{"IndexStatus": "CREATING"}]),
         "DescribeTable", None, ""),
        (lambda at: table(at, "UPDATING"), "DescribeTable", None, ""),
        (lambda _: {"Table": None}, "DescribeTable", None, ""),
    ],
)  # fmt: skip
def test_the_services_own_figures_go_first(
    answer: Callable[[float], dict[str, Any]], operation: str, expected: Expected | None, counted: str
) -> None:
    """What AWS says of its own work is gone by, else the model, and where there is neither nothing is expected."""
    wait = Told().poll(AT + 200, answer(AT + 200), operation)
    assert (wait.expected, wait.counted) == (expected, counted)


def test_a_percentage_counts_from_when_it_was_first_seen() -> None:
    """A replica does not say when it was begun: what it had when it was first seen tells nothing of its speed."""

    def replica(at: float, percent: str) -> dict[str, Any]:
        return table(at, "ACTIVE", Replicas=[{"ReplicaStatus": "CREATING", "ReplicaStatusPercentProgress": percent}])

    told = Told()
    first, second = told.poll(AT, replica(AT, "50")), told.poll(AT + 15, replica(AT + 15, "60"))
    assert (first.expected, first.counted) == (Expected(*RANGES_S["replica"], BY_MODEL), "50 % by the service")
    assert second.expected == Expected(75.0, 75.0, BY_PERCENTAGE)


def test_the_window_is_not_what_is_waited_for_otherwise() -> None:
    """How far the window is behind bounds a wait for the window, and says nothing of any other."""
    behind = {"PointInTimeRecoveryDescription": {"LatestRestorableDateTime": time_of(AT - 290)}}
    answer = dated(AT, ContinuousBackupsDescription=behind)
    found = Told().poll(AT, answer, "DescribeContinuousBackups", "until the point can be restored to").expected
    assert found is not None
    assert (found.least_s, found.most_s) == (0.0, 290.0)
    assert Told().poll(AT, answer, "DescribeContinuousBackups", "until somebody decides").expected is None
    assert Told().poll(AT, table(AT), why="until the point can be restored to").expected is None


def test_a_look_is_good_for_the_wait_after_it() -> None:
    """What was seen before an earlier wait, or before another call, is no estimate for what is waited for now."""
    told = Told()
    assert told.poll(AT, table(AT)).expected is not None
    told.waits.waiting(5.0, "until an index agrees", AT + 20)
    assert told.watch.waits[-1] == Wait("until an index agrees", 0.0, 5.0, None, "")
    told.waits.looked("dynamodb", "DescribeTable", table(AT + 30), AT + 30)
    told.waits.looked("dynamodb", "ListTables", {"TableNames": []}, AT + 30)
    told.waits.waiting(5.0, "until a queue is empty", AT + 30)
    assert told.watch.waits[-1].expected is None


def test_a_time_that_is_waited_for_is_exact() -> None:
    """Whoever waits for minutes at once waits for a time; a moment between two pages is nothing to tell."""
    told = Told()
    told.waits.looked("dynamodb", "DescribeTable", table(AT), AT)
    told.waits.waiting(300.0, "until somebody decides", AT)
    assert told.watch.waits[-1].expected == Expected(300.0, 300.0, "", exact=True)
    told.waits.waiting(0.25, "reading no faster than asked", AT + 1)
    assert len(told.watch.waits) == 1


def test_waiting_anew() -> None:
    """The same reason after a while, or after what was waited for had come, is another wait."""
    told = Told()
    assert [told.poll(AT + seconds, {}).so_far_s for seconds in (0, 15, 30, 500)] == [0, 15, 30, 0]
    told.poll(AT + 600, table(AT + 600), why="until it is there")
    told.waits.looked("dynamodb", "DescribeTable", table(AT + 610, "ACTIVE"), AT + 610)
    assert told.poll(AT + 620, {}, why="until it is there").so_far_s == 0


def test_what_earlier_runs_left_unreadable_ends_no_wait(tmp_path: Path) -> None:
    """An earlier run that cannot be read, or is being removed, says nothing, and a drill waits on."""
    restored(tmp_path / "restore-check/1", 480.0)
    (tmp_path / "restore-check/0" / WAITS).mkdir(parents=True)
    (tmp_path / "restore-check/2").mkdir()
    (tmp_path / "restore-check/2" / WAITS).symlink_to("nowhere")
    found = Told(tmp_path / "restore-check/3").poll(AT, table(AT)).expected
    assert found == Expected(480.0, 480.0, "the last restore of orders here")


@pytest.mark.parametrize("answer", [{"ItemCount": "many"}, {"TableSizeBytes": "nan"}])
def test_what_no_service_answers_is_nothing_to_wait_by(answer: dict[str, Any]) -> None:
    """An endpoint that answers with something else than numbers ends no drill: nothing is made of it."""
    told = Told()
    told.waits.looked("dynamodb", "DescribeTable", table(AT, "ACTIVE", **answer), AT)
    told.waits.looked("dynamodb", "DescribeTable", table(AT, Replicas=[{"ReplicaStatus": "CREATING"}], **answer), AT)
    job = {"RestoreJobId": "1", "Status": "RUNNING", "PercentDone": "nan%", "CreationDate": time_of(AT)}
    said = told.poll(AT + 60, dated(AT + 60, **job), "DescribeRestoreJob").said()
    assert "nan" not in said
