"""Writing a history and reading it back: what is on disk when, and what a damaged one is."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import orjson
import pytest
from dynadrill.drills.history import History, Jump, LoadCount, Read, Told, Who, Write
from dynadrill.drills.marks import Mark
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.values import ABSENT, Change, digest, key_of

KEYS = [key_of({"id": {"S": name}}, ("id",)) for name in "abc"]
ITEM = {"id": {"S": "a"}, "n": {"N": "1.0"}, "dies": {"N": "50"}}


def lines(folder: Path, part: str = "p") -> list[dict]:
    """What is on disk by now."""
    return [orjson.loads(line) for line in (folder / f"{part}.jsonl").read_bytes().splitlines()]


def ask(recorder: Recorder, *keys: str, kind: str = "put", at: float = 1.0, who: Who = Who.LOAD) -> str:
    """Ask for a put of the same item under some keys."""
    return recorder.asked(who, kind, "table", [Change(one, ITEM) for one in keys or KEYS[:1]], at)


def put_back(folder: Path, content: bytes, part: str = "p") -> History:
    """Read a part file of a given content."""
    folder.mkdir(exist_ok=True)
    (folder / f"{part}.jsonl").write_bytes(content)
    return read_history(folder)


def test_everything_that_is_written_is_read_back(tmp_path: Path) -> None:
    """Writes with their outcomes, reads, marks, jumps and what the load counted."""
    count = {"ops": 3, "ok": 2, "fail": 1, "info": 0, "active_s": 1.5, "latencies_ms": {"3": 3}, "errors": {"X": 1}}
    with Recorder(tmp_path, "p") as recorder:
        recorder.told(ask(recorder, at=1.0), Told.OK, 1.5)
        recorder.told(recorder.asked(Who.SEED, "delete", "table", [Change(KEYS[1], None)], 2.0), Told.FAIL, 2.5)
        recorder.read("table", KEYS[0], digest(ITEM), 3.0, 3.5)
        recorder.mark(Mark.STRUCK, 4.0)
        recorder.jump(5.0, 305.0, "lag")
        recorder.load(count)
    found = read_history(tmp_path, "dies")
    assert list(found.writes) == [
        Write("p-1", "table", KEYS[0], digest(ITEM), Who.LOAD, 1.0, 1.5, Told.OK, 50.0),
        Write("p-2", "table", KEYS[1], ABSENT, Who.SEED, 2.0, 2.5, Told.FAIL, None),
    ]
    assert list(found.reads) == [Read("table", KEYS[0], digest(ITEM), 3.0, 3.5)]
    assert found.marks == {Mark.STRUCK: 4.0}
    assert list(found.jumps) == [Jump(5.0, 305.0, "lag")]
    assert list(found.loads) == [LoadCount(**count)]
    assert list(found.damage) == []


@pytest.mark.parametrize(
    ("table", "asked_at", "told_at", "outcome"),
    [
        ("table", 10.0, 90.0, Told.FAIL),
        ("table", 10.5, 11.0, Told.FAIL),
        ("table", 9.9, 11.0, Told.INFO),
        ("table", 11.0, 90.1, Told.INFO),
        ("table@us-west-2", 11.0, 12.0, Told.INFO),
        ("table@eu-west-1", 101.0, 102.0, Told.FAIL),
        ("table", 101.0, 102.0, Told.INFO),
    ],
)
def test_what_a_lost_region_was_asked_was_not_done(
    tmp_path: Path, table: str, asked_at: float, told_at: float, outcome: Told
) -> None:
    """A write that nobody answered is known not to be done where its Region was down for the whole of it."""
    with Recorder(tmp_path, "drill") as drill, Recorder(tmp_path, "load-0") as load:
        load.told(load.asked(Who.LOAD, "put", table, [Change(KEYS[0], ITEM)], asked_at), Told.INFO, told_at)
        drill.outage(None, 10.0, 90.0)
        drill.outage("eu-west-1", 100.0, 110.0)
    (write,) = read_history(tmp_path).writes
    assert (write.outcome, write.told_at) == (outcome, told_at if outcome is Told.FAIL else None)


def test_only_what_nobody_knows_is_decided_by_an_outage(tmp_path: Path) -> None:
    """What was acknowledged in an outage stays so, and what was never answered stays unknown."""
    with Recorder(tmp_path, "drill") as drill, Recorder(tmp_path, "load-0") as load:
        drill.outage(None, 0.0, 90.0)
        load.told(ask(load, KEYS[0], at=10.0), Told.OK, 11.0)
        ask(load, KEYS[1], at=10.0)
    assert {write.outcome for write in read_history(tmp_path).writes} == {Told.OK, Told.INFO}


def test_asked_is_on_disk_before_told(tmp_path: Path) -> None:
    """The line is there as soon as `asked` returns, before anything could be sent."""
    with Recorder(tmp_path, "p") as recorder:
        op = ask(recorder)
        assert [(line["t"], line["op"]) for line in lines(tmp_path)] == [("asked", op)]
        (write,) = read_history(tmp_path).writes
        assert (write.outcome, write.told_at) == (Told.INFO, None)
        recorder.told(op, Told.OK, 2.0)
        assert [line["t"] for line in lines(tmp_path)] == ["asked", "told"]


def test_who_was_told_nothing_is_info_and_has_no_end(tmp_path: Path) -> None:
    """S2-12: a told line that says info, and no told line at all, are the same to the ledger."""
    with Recorder(tmp_path, "p") as recorder:
        recorder.told(ask(recorder), Told.INFO, 2.0, error="ReadTimeoutError")
        ask(recorder)
    assert [(w.outcome, w.told_at) for w in read_history(tmp_path).writes] == [(Told.INFO, None)] * 2


def test_refused_keys_of_a_batch_did_not_happen(tmp_path: Path) -> None:
    """A batch is one op with a line per key; those named as unprocessed are refused, the others as told."""
    for name, outcome in (("ok", Told.OK), ("info", Told.INFO)):
        with Recorder(tmp_path / name, "p") as recorder:
            recorder.told(ask(recorder, *KEYS, kind="batch"), outcome, 2.0, refused=KEYS[1:2])
        found = {w.key: (w.outcome, w.told_at) for w in read_history(tmp_path / name).writes}
        end = 2.0 if outcome is Told.OK else None
        assert found == {KEYS[0]: (outcome, end), KEYS[1]: (Told.FAIL, 2.0), KEYS[2]: (outcome, end)}


def test_only_transactions_are_in_a_transaction(tmp_path: Path) -> None:
    """A batch is not: its keys need not come back together."""
    with Recorder(tmp_path, "p") as recorder:
        ask(recorder, *KEYS[:2], kind="transaction")
        ask(recorder, *KEYS[:2], kind="batch")
    assert [w.in_transaction for w in read_history(tmp_path).writes] == [True, True, False, False]


def test_a_torn_last_line_is_ignored(tmp_path: Path) -> None:
    """A process that was killed inside a write leaves at most its last line without an end."""
    with Recorder(tmp_path, "p") as recorder:
        op = ask(recorder)
        recorder.told(op, Told.OK, 2.0)
    content = (tmp_path / "p.jsonl").read_bytes()
    told = len(content.splitlines()[-1])
    for cut in range(1, told + 1):
        found = put_back(tmp_path / "cut", content[:-cut])
        assert not found.damage
        assert [w.outcome for w in found.writes] == [Told.INFO]


def test_an_expiry_is_a_number_of_epoch_seconds_or_none(tmp_path: Path) -> None:
    """S2-23: TTL looks at numbers only, and only in its own attribute."""
    with Recorder(tmp_path, "p") as recorder:
        for dies in ({"N": "50"}, {"S": "50"}, {"N": "1.6E3"}):
            recorder.asked(Who.LOAD, "put", "table", [Change(KEYS[0], {**ITEM, "dies": dies})], 1.0)
    assert [w.expires_at for w in read_history(tmp_path, "dies").writes] == [50.0, None, 1600.0]
    assert {w.expires_at for w in read_history(tmp_path, "other").writes} == {None}
    assert {w.expires_at for w in read_history(tmp_path).writes} == {None}


ASKED = orjson.dumps(
    {
        "t": "asked",
        "op": "p-1",
        "kind": "put",
        "table": "t",
        "key": KEYS[0],
        "value": ITEM,
        "digest": digest(ITEM).hex(),
        "who": "load",
        "at": 1.0,
    }
)
TOLD = b'{"t":"told","op":"p-1","outcome":"ok","at":2.0}'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (ASKED + b"\n" + TOLD[:20] + b"\n" + b'{"t":"mark","mark":"struck","at":1.0}\n', "p.jsonl:2: JSONDecodeError"),
        (TOLD + b"\n", "p.jsonl:1: KeyError: 'p-1'"),
        (ASKED + b"\n" + TOLD + b"\n" + TOLD + b"\n", "p.jsonl:3: KeyError: 'p-1'"),
        (b"[]\n", "p.jsonl:1: TypeError"),
        (b"7\n", "p.jsonl:1: TypeError"),
        (b"\n", "p.jsonl:1: JSONDecodeError"),
        (b'{"t":"rumour"}\n', "p.jsonl:1: KeyError: 'rumour'"),
        (b'{"t":"mark","mark":"lunch","at":1.0}\n', "p.jsonl:1: ValueError: 'lunch'"),
        (b'{"t":"mark","mark":"struck","at":"noon"}\n', "p.jsonl:1: TypeError"),
        (b'{"t":"mark","mark":"struck","at":null}\n', "p.jsonl:1: TypeError"),
        (b'{"t":"read","table":"t","key":"k","digest":"xx","asked_at":1,"told_at":2}\n', "p.jsonl:1: ValueError"),
        (
            b'{"t":"read","table":"t","key":5,"digest":"","asked_at":1,"told_at":2}\n',
            "p.jsonl:1: TypeError: table and key",
        ),
        (ASKED.replace(b'"table":"t"', b'"table":7') + b"\n", "p.jsonl:1: TypeError: op, table and key must be text"),
        (b'{"t":"load","ops":1}\n', "p.jsonl:1: KeyError: 'ok'"),
        (ASKED.replace(b'"load"', b'"ghost"') + b"\n" + TOLD + b"\n", "p.jsonl:2: KeyError: 'ghost'"),
        (ASKED.replace(digest(ITEM).hex().encode(), b"") + b"\n" + TOLD + b"\n", "'' is no digest of an item"),
        (ASKED.replace(orjson.dumps(ITEM), b"null") + b"\n" + TOLD + b"\n", "is no digest of no item"),
        (ASKED.replace(b'"digest"', b'"digits"') + b"\n" + TOLD + b"\n", "p.jsonl:2: KeyError: 'digest'"),
        (ASKED.replace(b'"load"', b'"ghost"') + b"\n", "p-1: KeyError: 'ghost'"),
        (ASKED + b"\n" + TOLD.replace(b'"ok"', b'"maybe"') + b"\n", "p.jsonl:2: KeyError: 'maybe'"),
        (ASKED + b"\n" + TOLD.replace(b"2.0", b"0.5") + b"\n", "p-1 was told 0.500000 s before it was asked"),
        (ASKED + b"\n" + TOLD.replace(b"2.0", b'2.0,"refused":["k9"]') + b"\n", "refused keys that it did not ask for"),
    ],
)
def test_any_other_unreadable_line_is_damage(tmp_path: Path, content: bytes, says: str) -> None:
    """A torn line in the middle, an answer without its question, nonsense: each is named, and none is guessed at."""
    (damage,) = put_back(tmp_path, content).damage
    assert says in damage


def test_the_parts_of_all_processes_are_one_history(tmp_path: Path) -> None:
    """Each process writes its own part, with op ids of its own."""
    for part in ("b", "a"):
        with Recorder(tmp_path, part) as recorder:
            recorder.told(ask(recorder), Told.OK, 2.0)
    (tmp_path / "notes.txt").write_text("not a part")
    assert sorted(w.op for w in read_history(tmp_path).writes) == ["a-1", "b-1"]
    assert read_history(tmp_path / "nowhere").writes == []


def test_threads_get_op_ids_of_their_own(tmp_path: Path) -> None:
    """S0-08: a recorder is safe to call from the threads that seed."""
    with Recorder(tmp_path, "p") as recorder:
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            threads = [threading.Thread(target=lambda: [ask(recorder) for _ in range(300)]) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(before)
    assert len({line["op"] for line in lines(tmp_path)}) == 1200
    assert not read_history(tmp_path).damage


ENDLESS = """
import sys
from pathlib import Path
from dynadrill.drills.history import Told, Who
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.values import Change
recorder = Recorder(Path(sys.argv[1]), "p")
while True:
    op = recorder.asked(Who.LOAD, "put", "t", [Change("k", {"id": {"S": "x" * 500}})], 1.0)
    print(op, flush=True)
    recorder.told(op, Told.OK, 2.0)
"""


def test_a_killed_process_leaves_a_readable_history(tmp_path: Path) -> None:
    """SIGKILL at any instant: no line is damaged, and every write that was sent is there."""
    command = [sys.executable, "-c", ENDLESS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        sent = [next(process.stdout).strip() for _ in range(200)]
        process.send_signal(signal.SIGKILL)
        sent += [line.strip() for line in process.stdout if line.endswith("\n")]
    found = read_history(tmp_path)
    assert not found.damage
    assert {w.op for w in found.writes} >= set(sent)
    assert {w.outcome for w in found.writes} <= {Told.OK, Told.INFO}


def test_a_line_that_does_not_fit_on_the_disk_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that could not be written down whole must not be sent."""
    real = os.write
    with Recorder(tmp_path, "p") as recorder:
        monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:10]))
        with pytest.raises(OSError, match="10 of"):
            ask(recorder)
        monkeypatch.undo()


def test_values_are_read_again_from_disk(tmp_path: Path) -> None:
    """A history in memory holds digests; the items behind the wanted ones are found, past any damaged line."""
    other = {"id": {"S": "b"}}
    with Recorder(tmp_path, "p") as recorder:
        ask(recorder)
        recorder.asked(Who.LOAD, "put", "table", [Change(KEYS[1], other), Change(KEYS[2], None)], 1.0)
    with (tmp_path / "p.jsonl").open("ab") as part:
        part.write(b'{"t":"asked"}\nnonsense\n[]\n')
    found = read_history(tmp_path)
    assert found.values(frozenset({digest(other), b"unknown"})) == {digest(other): other}
    assert found.values(frozenset()) == {}
    assert History([]).values(frozenset({digest(other)})) == {}
