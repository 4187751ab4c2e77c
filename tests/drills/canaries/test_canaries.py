"""Canaries in a person's table: moved, measured by a check, taken away, and never over anybody's item."""

import json
from base64 import b64decode
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.canaries import keeping, keys
from dynadrill.drills.canaries.folder import CanaryFolder, CanaryRecord
from dynadrill.drills.canaries.moving import Pace, move, remove, writer
from dynadrill.drills.checking.judging import judge_check
from dynadrill.drills.cli import main
from dynadrill.drills.errors import UnsupportedError, UsageError
from dynadrill.drills.history import Told
from dynadrill.drills.marked_keys import MARK, MarkedKeys
from dynadrill.drills.output import Output
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.verdict import Outcome
from dynadrill.drills.watch import SilentWatch

from ..checking.conftest import TABLE, Person
from ..checking.test_checks import claim
from ..checking.test_judging import rewrite

RECORD = CanaryRecord(
    target="embedded", table=TABLE, region="us-east-1", table_id="", created_at=0.0, key_attributes=("id",),
    key_types=("S",), mark="dynadrill-canary-r1-", items=3,
)  # fmt: skip


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """Somebody with a table of a few orders."""
    found = Person(tmp_path_factory.mktemp("person"))
    found.create(items=3)
    return found


def moved(person: Person, folder: Path, for_s: float) -> Counter[Told]:
    """Keep canaries moving for some time."""
    CanaryFolder(folder).write(RECORD)
    client = person.target("r1", folder).marker(MarkedKeys(TABLE, "id", RECORD.mark))
    with Recorder(folder / "history", f"canary-{person.clock.now()}") as recorder:
        return move(RECORD, writer(recorder, client, person.clock), Pace(1.0, for_s))


def test_a_restore_is_measured_from_canaries(person: Person, tmp_path: Path) -> None:
    """The restore point and the RPO come from the canaries; one that is gone is a fail, a point before them unknown."""
    folder = tmp_path / "canaries" / TABLE
    told = moved(person, folder, 400.0)
    assert told[Told.OK] == told.total() >= 390
    verdict, evidence = person.check(canary=folder, against="export", rpo="6m")
    assert verdict.verdict is Outcome.PASS, verdict.because
    begins, ends = verdict.rpo.measured_point_at
    assert verdict.point is not None
    assert begins is not None
    assert ends is not None
    assert begins <= verdict.point.at < ends <= begins + 2.1
    assert verdict.rpo.measured_s == pytest.approx(300, abs=3)
    assert verdict.rpo.at_most_s == pytest.approx(300, abs=3)
    assert claim(verdict, "canaries_intact")[0] == "pass"
    rewrite(evidence, "restored", lambda items: [item for item in items if MARK not in item])
    broken = judge_check(evidence)
    assert claim(broken, "canaries_intact")[0] == "fail"
    assert verdict.began_at is not None
    before, _ = person.check(canary=folder, to=str(verdict.began_at - 600))
    assert claim(before, "canaries_intact")[0] == "unknown"
    remove(RECORD, writer(Recorder(folder / "history", "gone"), person.client(), person.clock))
    assert {item["id"]["S"] for item in person.client().scan(TableName=TABLE)["Items"]} == {"o-0", "o-1", "o-2"}


def test_nobodys_item_is_overwritten(person: Person, tmp_path: Path) -> None:
    """Where somebody has an item under a canary's key, the write is refused by its condition and written down so."""
    mine = {"id": {"S": f"{RECORD.mark}0"}, "total": {"N": "7"}}
    person.client().delete_item(TableName=TABLE, Key={"id": mine["id"]})
    person.client().put_item(TableName=TABLE, Item=mine)
    told = moved(person, tmp_path / "canaries", 30.0)
    assert told[Told.FAIL] >= 9
    assert person.client().get_item(TableName=TABLE, Key={"id": mine["id"]})["Item"] == mine
    person.client().delete_item(TableName=TABLE, Key={"id": mine["id"]})


@pytest.mark.parametrize(("kinds", "item"), [("S", {"a": "S"}), ("B", {"a": "B"}), ("SN", {"a": "S", "b": "N"})])
def test_keys_fit_the_schema(kinds: str, item: dict[str, str]) -> None:
    """A partition key is text or bytes that begin with the word, a sort key whatever its type is."""
    names = tuple(item)
    record = RECORD.model_copy(update={"key_attributes": names, "key_types": tuple(kinds)})
    keys.check_schema(names, tuple(kinds))
    made = keys.key(record, 2)
    assert {name: next(iter(typed)) for name, typed in made.items()} == item
    first: Any = made["a"][kinds[0]]
    assert (b64decode(first).decode() if kinds[0] == "B" else first) == f"{RECORD.mark}2"
    with pytest.raises(UnsupportedError, match="number"):
        keys.check_schema(names, ("N", *kinds[1:]))


@pytest.mark.parametrize(("text", "rate"), [("1/s", 1.0), ("30/m", 0.5), ("2", 2.0)])
def test_rates(text: str, rate: float) -> None:
    """Per second, per minute, or a bare number; nothing else, and not too fast."""
    assert keeping._rate(text) == rate
    for wrong in ("0/s", "-1", "1/h", "fast", "101/s", "nan"):
        with pytest.raises(UsageError):
            keeping._rate(wrong)


def test_it_is_opt_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --yes nothing is written, not even a folder, and it is said what would be."""
    code = main(["canary", TABLE, "--target", "http://127.0.0.1:1", "--out", str(tmp_path / "out")])
    assert (code, (tmp_path / "out").exists()) == (5, False)
    assert "--yes" in capsys.readouterr().err


def test_what_is_written_down_is_a_history(person: Person, tmp_path: Path) -> None:
    """Each write has its line before it was sent and after it was answered, with instants."""
    moved(person, tmp_path / "canaries", 4.0)
    (part,) = (tmp_path / "canaries" / "history").iterdir()
    lines = [json.loads(line) for line in part.read_text().splitlines()]
    assert [line["t"] for line in lines] == ["asked", "told"] * (len(lines) // 2)
    assert all(line["key"].startswith('{"id":{"S":"dynadrill-canary-') for line in lines if line["t"] == "asked")


class Stopping:
    """A clock by which somebody presses CTRL+C after the third write."""

    def __init__(self, clock: Any) -> None:
        self.now = clock.now
        self._left = 3

    def live(self, seconds: float) -> None:
        """Stop."""
        self._left -= 1
        if not self._left:
            raise KeyboardInterrupt

    def wait(self, seconds: float, why: str) -> None:
        """Nothing waits."""


def test_stopped_it_says_what_is_left(person: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CTRL+C in the middle: what was written and what is left in the table is said, and how to take it away."""
    folder = CanaryFolder(tmp_path / "canaries")
    folder.write(RECORD)
    client = person.target("r1", folder.path).marker(MarkedKeys(TABLE, "id", RECORD.mark))
    work = keeping._Work(RECORD, folder, client, Stopping(person.clock), SilentWatch())
    with pytest.raises(KeyboardInterrupt):
        work.move(Pace(1.0, 600.0), Output())
    said = capsys.readouterr().out
    assert "3 writes: 3 acknowledged" in said
    assert "3 canaries left in orders" in said
    assert "--remove" in said
