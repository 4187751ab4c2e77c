"""`dynadrill find-point` on a live table: its stream, the job's log, its window, and what each answer exits with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.find_point import command
from dynadrill.drills.find_point.found import Found
from dynadrill.drills.find_point.showing import page
from dynadrill.drills.report import to_text
from dynadrill.drills.restore_points.curve import Candidate
from dynadrill.drills.terminal import PLAIN_PAGE

from .world import DELETED, THREE, WRITTEN, Orders, orders

Find = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Find:
    """Ask about the table of orders: answers the exit code, and the JSON or what was complained of."""

    def ask(world: Orders, *options: str) -> tuple[int, dict[str, Any]]:
        monkeypatch.setattr(command, "open_past", world.past)
        code = main(["find-point", "orders", *options, "--json", "-"])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else {"error": told.err}

    return ask


def test_the_stream_tells_the_point_and_the_curve(find: Find, tmp_path: Path) -> None:
    """S2-14: deletes from 15:00:00 on; the stream's second and AWS's boundary make the point seconds before it."""
    code, found = find(orders(tmp_path), "--bad-deletes")
    assert code == 0
    assert (found["first_bad_at"], found["best_at"]) == (THREE, THREE - 2)
    assert (found["bad_writes"], found["damaged_keys"], found["good_writes"]) == (DELETED, DELETED, 20 + WRITTEN)
    by_second = {point["at"]: point for point in found["curve"]}
    assert by_second[found["best_at"]] == {
        "at": THREE - 2,
        "recovered": DELETED,
        "good_lost": WRITTEN,
        "bad_kept": 0,
    }
    assert by_second[THREE + 45] == {"at": THREE + 45, "recovered": 5, "good_lost": 5, "bad_kept": 5}


def test_the_window_and_its_lag_are_told(find: Find, tmp_path: Path) -> None:
    """S2-07: the earliest and the latest instant that can be restored, and how far the latest is behind."""
    world = orders(tmp_path)
    _, found = find(world, "--bad-deletes")
    assert found["window"] == {
        "earliest_at": THREE - 1740,
        "latest_at": world.machine.now() - 300,
        "lag_s": 300.0,
    }


def test_a_point_after_the_damage_is_refused(find: Find, tmp_path: Path) -> None:
    """S0-11: asked about 45 s after the first bad delete it says what would come back damaged, and exits with 1."""
    world = orders(tmp_path)
    code, found = find(world, "--bad-deletes", "--at", str(THREE + 45))
    assert code == 1
    assert found["asked"]["refused_because"] == (
        "by then 5 of 10 bad writes had been made: 5 of 10 damaged keys would come back damaged"
    )
    assert find(world, "--bad-deletes", "--at", str(THREE - 60))[0] == 0


def test_a_point_that_is_not_in_the_window_yet_is_told(find: Find, tmp_path: Path) -> None:
    """Right after the damage the best point cannot be restored to yet: the window's line says to wait."""
    told = Found.model_validate(find(orders(tmp_path), "--bad-deletes")[1])
    assert told.window is not None
    early = told.model_copy(update={"window": told.window.model_copy(update={"latest_at": told.best_at - 1})})
    outline = [Candidate(**told.curve[0].model_dump())]
    pages = [" ".join(to_text(page(found, outline), PLAIN_PAGE).split()) for found in (told, early)]
    assert ["the point is not in it yet" in text for text in pages] == [False, True]


def test_a_point_before_the_window_is_refused(find: Find, tmp_path: Path) -> None:
    """Before the damage is not enough: what is older than the window cannot be restored to, and exits with 1."""
    code, found = find(orders(tmp_path), "--bad-deletes", "--at", str(THREE - 1741))
    assert code == 1
    assert "where the window begins, can be restored" in found["asked"]["refused_because"]


def test_the_log_tells_bad_deletes_from_users(find: Find, tmp_path: Path) -> None:
    """With the job's log a user's own deletion stays a good write."""
    world = orders(tmp_path)
    world.machine.client("dynamodb").delete_item(TableName="orders", Key={"id": {"S": "o19"}})
    code, found = find(world, "--log", str(world.log))
    assert code == 0
    assert (found["bad_writes"], found["good_writes"]) == (DELETED, 20 + WRITTEN + 1)
    assert found["read"][-1] == "the log: 10 writes, of which 10 were seen"


def test_without_a_stream_the_log_alone_tells_the_point(find: Find, tmp_path: Path) -> None:
    """What going back loses is then null, and never 0."""
    world = orders(tmp_path, view=None)
    code, found = find(world, "--log", str(world.log))
    assert (code, found["best_at"], found["good_writes"]) == (0, THREE - 1, None)
    assert {point["good_lost"] for point in found["curve"]} == {None}
    code, found = find(world, "--bad-deletes")
    assert code == 64
    assert "the table has no stream" in found["error"]


def test_a_stream_without_items_tells_nothing(find: Find, tmp_path: Path) -> None:
    """From a stream of keys alone a put could not be told from a deletion, so it is refused."""
    code, found = find(orders(tmp_path, view="KEYS_ONLY"), "--bad-deletes")
    assert code == 64
    assert "its stream shows KEYS_ONLY" in found["error"]


def test_damage_at_the_streams_beginning_is_not_certain(find: Find, tmp_path: Path) -> None:
    """Where the oldest change that is left is a bad one, there may have been earlier ones: exits with 2."""
    world = orders(tmp_path)
    code, found = find(world, "--bad", "total = 5")
    assert (code, found["certain"]) == (2, False)
    assert "it may have begun before" in found["doubts"][0]


def test_a_window_that_begins_too_late_is_told(find: Find, tmp_path: Path) -> None:
    """Where recovery was switched off and on again after the damage, the point is out of reach: exits with 1."""
    world = orders(tmp_path)
    for on in (False, True):
        world.machine.client("dynamodb").update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}
        )
    code, found = find(world, "--bad-deletes")
    assert code == 1
    assert "the window begins at" in found["cannot_because"]


def test_nothing_bad_and_nothing_said_are_told_apart(find: Find, tmp_path: Path) -> None:
    """That no bad write was found is unknown, 2; that nobody said what one is, is wrong usage."""
    world = orders(tmp_path)
    assert find(world, "--bad", "total = 99")[0] == 2
    assert find(world)[0] == 64
    assert find(world, "--bad-deletes", "--method", "magic")[0] == 64


def test_the_page_shows_the_point_first_and_the_curve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person reads the point, then the curve with bars, and what to do instead of going back."""
    monkeypatch.setattr(command, "open_past", orders(tmp_path).past)
    assert main(["find-point", "orders", "--bad-deletes"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("✓ go back to 2026-03-05T14:59:58.000Z\n")
    assert "14:59:58 best         10" in text
    assert "██████████████" in text
    assert "repair_in_place" in text


def test_a_client_of_streams_only_reads(tmp_path: Path) -> None:
    """Reading the past sends nothing that could change anything."""
    world = orders(tmp_path)
    before = world.machine.client("dynamodb").describe_table(TableName="orders")
    past = world.past()
    past.read_changes(lambda records: None)
    past.window()
    past.close()
    after = world.machine.client("dynamodb").describe_table(TableName="orders")
    assert before["Table"] == after["Table"]
