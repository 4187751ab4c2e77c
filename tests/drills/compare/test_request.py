"""Whole comparisons as they are asked for: live tables behind a port, exports, runs, signatures, and the command."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config
from dynadrill.drills import schemas
from dynadrill.drills.cli import main
from dynadrill.drills.compare import opening
from dynadrill.drills.compare.result import Comparison
from dynadrill.drills.history import Told, Who
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.snapshot import Page, collect, write_snapshot
from dynadrill.drills.snapshots.folder import StoredSnapshot
from dynadrill.drills.snapshots.reading import read_table
from dynadrill.drills.snapshots.signature import signature_of, write_signature
from dynadrill.drills.store import RunFolder, write_record
from dynadrill.drills.timemachine.front import listening
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.values import Change, key_of
from jsonschema import Draft202012Validator

from ..samples import record
from .tables import KEY, item, stored


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in a folder of its own, away from anybody's AWS."""
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "DYNADRILL_ALLOW_AWS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def endpoint() -> Iterator[str]:
    """A time machine behind a port."""
    front = listening(TimeMachine(ManualClock(1_795_000_000.0)), 0)
    thread = Thread(target=front.serve)
    thread.start()
    yield f"http://127.0.0.1:{front.port}"
    front.stop()
    thread.join()


def client(endpoint: str) -> Any:
    """A plain client."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="x",
        config=Config(proxies={}),
    )


def fill(endpoint: str, table: str, items: list[Any]) -> None:
    """Create a table with some items."""
    dynamodb = client(endpoint)
    dynamodb.create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for each in items:
        dynamodb.put_item(TableName=table, Item=each)


SAME = [item(f"same {number}", {"N": str(number)}) for number in range(5)]


def compared(*arguments: str, code: int, capsys: Any) -> Any:
    """What `dynadrill compare` says in JSON, once it has exited as expected."""
    assert main(["compare", *arguments, "--format", "json"]) == code, capsys.readouterr().err
    told = capsys.readouterr()
    assert told.err == ""
    result = json.loads(told.out)
    Draft202012Validator(json.loads(schemas.stored("compare-1.schema.json"))).validate(result)
    return result


def test_two_live_tables(endpoint: str, capsys: Any) -> None:
    """Two tables behind endpoints are read and compared; what was taken for what is in the output."""
    fill(endpoint, "orders", [*SAME, item("a", {"N": "1"})])
    fill(endpoint, "restored", [*SAME, item("a", {"S": "1"})])
    where = ("--endpoint", endpoint, "--region", "eu-west-1")
    found = compared("orders", "table:restored", *where, code=1, capsys=capsys)
    assert (found["equal"], found["different"], found["verdict"]) == (5, 1, "different")
    assert [found[side]["taken_for"] for side in ("left", "right")] == ["table", "table"]
    assert found["right"]["source"] == "arn:aws:dynamodb:eu-west-1:…9012:table/restored"
    whole = compared("orders", "restored", *where, "--show-values", code=1, capsys=capsys)
    assert whole["right"]["source"] == "arn:aws:dynamodb:eu-west-1:123456789012:table/restored"
    assert found["samples"][0]["changes"][0]["change"] == "type"
    assert compared("orders", "orders", *where, code=0, capsys=capsys)["equal"] == 6


def test_no_item_of_a_live_table_is_kept_for_nothing(
    endpoint: str, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two live tables are compared by digests alone, unless their snapshots stay or attributes are left out."""
    held = []

    def noting(*arguments: Any) -> StoredSnapshot:
        held.append(arguments[3].holds)
        return read_table(*arguments)

    monkeypatch.setattr(opening, "read_table", noting)
    fill(endpoint, "orders", SAME)
    where = ("--endpoint", endpoint, "--region", "eu-west-1")
    for options in ((), ("--keep", "kept"), ("--ignore", "value=tried"), ("--keys-only",)):
        compared("orders", "orders", *where, *options, code=0, capsys=capsys)
    assert held == ["digests"] * 2 + ["items"] * 4 + ["keys"] * 2


def test_a_table_against_a_snapshot_that_is_kept(endpoint: str, here: Path, capsys: Any) -> None:
    """Snapshots made on the way stay where they were asked to, and are sides themselves."""
    fill(endpoint, "orders", SAME)
    where = ("--endpoint", endpoint, "--region", "eu-west-1")
    compared("orders", "orders", *where, "--keep", "kept", code=0, capsys=capsys)
    client(endpoint).delete_item(TableName="orders", Key={"id": {"S": "same 3"}})
    found = compared("kept/left", "orders", *where, code=1, capsys=capsys)
    assert (found["equal"], found["only_left"], found["left"]["taken_for"]) == (4, 1, "snapshot")


def test_an_endpoint_that_is_gone_is_no_answer(here: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody answers it could not be verified: exit code 2, and the reason."""
    monkeypatch.setattr("dynadrill.drills.targets.live_table.TRIES", 1)
    stored(here / "before", SAME)
    assert main(["compare", "./before", "orders", "--endpoint", "http://127.0.0.1:9"]) == 2
    assert "could not be read" in capsys.readouterr().err


def test_every_difference_on_a_line(here: Path, capsys: Any) -> None:
    """With --format jsonl each difference is a line of standard output, and the last line is the result."""
    stored(here / "before", [*SAME, *(item(f"left {number}") for number in range(9))])
    stored(here / "after", SAME)
    assert main(["compare", "./before", "./after", "--format", "jsonl", "--samples", "1"]) == 1
    *lines, result = map(json.loads, capsys.readouterr().out.splitlines())
    assert [line["class"] for line in lines] == ["only_left"] * 9
    assert (result["schema"], result["only_left"]) == ("dynadrill.compare/1", 9)


def test_text_says_what_differs_and_json_goes_where_it_is_asked(here: Path, capsys: Any) -> None:
    """The report names classes, keys and attributes; with --json - it makes room for the JSON."""
    stored(here / "before", [*SAME, item("a", {"S": "x"})])
    stored(here / "after", [*SAME, item("a", {"N": "1"})])
    assert main(["compare", "./before", "./after", "--json", "found.json", "--ignore", "seen=because"]) == 1
    report = capsys.readouterr().out
    for words in ("DIFFERENT", "value: type changed (S, then N)", "taken for a snapshot", "because", "21 of 21"):
        assert words in report
    assert json.loads(Path("found.json").read_text())["different"] == 1
    assert main(["compare", "./before", "./after", "--json", "-"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["different"] == 1
    assert "DIFFERENT" in told.err


def test_a_sample_says_how_sure_it_is(here: Path, capsys: Any) -> None:
    """A sample without a difference says how many keys may differ, with which confidence, in text and in JSON."""
    many = [item(f"{number}") for number in range(300)]
    stored(here / "before", many, per_part=300)
    found = compared("./before", "./before", "--sample", "50%", code=0, capsys=capsys)
    assert 100 < found["sample"]["keys"] < 200
    assert found["sample"]["at_most_share"] == pytest.approx(3 / found["sample"]["keys"], rel=0.02)
    assert main(["compare", "./before", "./before", "--sample", "50%"]) == 0
    assert "with 95% confidence fewer than" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sample", "0%"], "no share"),
        (["--ignore", "seen"], "no reason"),
        (["--format", "xml"], "--format xml"),
        (["--out", "found.csv"], ".jsonl nor .parquet"),
        (["--engine", "sqlite"], "--engine sqlite"),
        (["--keep", "before"], "not an empty folder"),
        (["--by-signature", "--sample", "1%"], "both choose"),
        (["--format", "json", "--json", "-"], "standard output"),
        (["--boundary", "soon"], "no duration"),
        (["--left-apply", "export"], "there is no export"),
    ],
)
def test_wrong_usage_is_said(arguments: list[str], message: str, here: Path, capsys: Any) -> None:
    """Options that mean nothing, or contradict each other, exit 64 and say why; nothing is left behind."""
    stored(here / "before", [])
    assert main(["compare", "./before", "./before", *arguments]) == 64
    assert message in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["before"]


@pytest.mark.parametrize("right", [SAME, [*SAME[:4], item("new")]], ids=["equal", "different"])
def test_signatures_alone_say_whether_tables_differ(right: list[Any], here: Path, capsys: Any) -> None:
    """Two signatures, or one and a snapshot, say whether there is a difference; in which keys they cannot know."""
    for name, items in (("left", SAME), ("right", right)):
        write_signature(signature_of(stored(here / name, items)), here / f"{name}.json")
    differs = right is not SAME
    for words in (("left.json", "right.json"), ("left.json", "./right"), ("./left", "right.json")):
        found = compared(*words, code=int(differs), capsys=capsys)
        assert found["equal"] == (None if differs else 5)
        assert (found["buckets"]["differ"] > 0) is differs
    by_buckets = compared("./left", "./right", "--by-signature", code=int(differs), capsys=capsys)
    plain = compared("./left", "./right", code=int(differs), capsys=capsys)
    assert by_buckets.pop("buckets") is not None
    assert by_buckets == {name: value for name, value in plain.items() if name != "buckets"}


SEEDED_AT, WRITTEN_AT, STRUCK_AT = 1000.0, 2000.0, 3000.0
WAS = [item(f"k{number}", {"N": "0"}) for number in range(30)]
IS = [*WAS[:29], item("k29", {"N": "1"})]


def run_folder(here: Path) -> Path:
    """A run in which 30 items were seeded, one was written by a user, and one deleted by the disaster."""
    folder = RunFolder(here / "run")
    folder.path.mkdir()
    tables = {"source": "a", "restored": None, "in_service": "a"}
    write_record(folder, record(key_attributes=["id"], tables=tables, ending=None))
    with Recorder(folder.history, "drill") as history:
        for who, at, changes in (
            (Who.SEED, SEEDED_AT, WAS),
            (Who.LOAD, WRITTEN_AT, IS[29:]),
            (Who.DISASTER, STRUCK_AT, [item("k0")]),
        ):
            values = [Change(key_of(each, KEY), None if who is Who.DISASTER else each) for each in changes]
            history.told(history.asked(who, "batch", "a", values, at), Told.OK, at + 0.5)
    return folder.path


@pytest.mark.parametrize(
    ("at", "held", "classes"),
    [
        (STRUCK_AT - 1, IS, {"intact": 30}),
        (WRITTEN_AT - 1, WAS, {"intact": 30}),
        (STRUCK_AT - 1, WAS, {"intact": 29, "stale": 1}),
        (WRITTEN_AT - 1, IS, {"intact": 29, "premature": 1}),
        (STRUCK_AT + 1, IS[1:], {"intact": 29, "missing": 1}),
        (STRUCK_AT - 1, [*IS[1:], item("k0", {"S": "nobody's"})], {"intact": 29, "phantom": 1}),
    ],
)
def test_a_runs_ledger_at_an_instant(at: float, held: list[Any], classes: Any, here: Path, capsys: Any) -> None:
    """Against RUN@TIME the classes are a drill's own, each key in one of them; the proof is the judge's own."""
    run = run_folder(here)
    stored(here / "held", held, per_part=100)
    code = int(len(classes) > 1)
    found = compared(f"{run}@{at}", "./held", code=code, capsys=capsys)
    assert {name: count for name, count in found["classes"].items() if count} == classes
    assert (found["left"]["taken_for"], found["only_left"]) == ("ledger", None)
    assert found["proof"]["caught"] == found["proof"]["planted"] > 0
    assert {sample["class"] for sample in found["samples"]} == set(classes) - {"intact"}
    swapped = compared("./held", f"{run}@{at}", code=code, capsys=capsys)
    assert (swapped["classes"], swapped["right"]["taken_for"]) == (found["classes"], "ledger")


def test_a_snapshot_that_a_drill_took_is_a_side(here: Path, capsys: Any) -> None:
    """A run's snapshot-*.parquet is compared as it is, also with the ledger of the run that it is of."""
    run = run_folder(here)
    took = collect("a", KEY, [Page(list(IS), 3500.0, 3501.0)], complete=True)
    write_snapshot(took, RunFolder(run).snapshot("in_service"))
    stored(here / "was", WAS, per_part=100)
    found = compared(f"{run}/snapshot-in_service.parquet", "./was", code=1, capsys=capsys)
    assert (found["equal"], found["different"], found["left"]["taken_for"]) == (29, 1, "run_snapshot")
    compared(f"{run}/snapshot-in_service.parquet", f"{run}@{STRUCK_AT - 1}", code=0, capsys=capsys)


def test_a_ledgers_boundary_admits_what_was_right_within_it(here: Path, capsys: Any) -> None:
    """With --boundary what was right at any instant around the one that was named is intact."""
    run = run_folder(here)
    stored(here / "held", WAS, per_part=100)
    ledger = f"{run}@{WRITTEN_AT + 1}"
    assert compared(ledger, "./held", code=1, capsys=capsys)["classes"]["stale"] == 1
    assert compared(ledger, "./held", "--boundary", "2s", code=0, capsys=capsys)["classes"]["within_boundary"] == 1


def test_a_ledger_is_compared_whole(here: Path, capsys: Any) -> None:
    """Two ledgers, a sample of one, and a table with another key are wrong usage; lost evidence is no answer."""
    run = run_folder(here)
    ledger = f"{run}@{STRUCK_AT}"
    stored(here / "held", IS[1:], per_part=100)
    stored(here / "other", [], key=("n",), types=("N",))
    for words in ((ledger, ledger), (ledger, "./held", "--sample", "1%"), (ledger, "./other")):
        assert main(["compare", *words]) == 64
    assert main(["compare", ledger, "./held"]) == 1
    assert "missing" in capsys.readouterr().out
    (part,) = (run / "history").glob("*.jsonl")
    part.write_bytes(part.read_bytes()[:200])
    write_record(RunFolder(run), record(key_attributes=["id"], ending=None, history_parts={part.name: 5000}))
    assert main(["compare", ledger, "./held"]) == 2
    assert "lost evidence" in capsys.readouterr().err


def test_the_help_teaches_the_command(capsys: Any) -> None:
    """`dynadrill compare --help` names every form of a side, gives examples, and says the exit codes."""
    assert main(["compare", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    for words in ("a live table", "a snapshot", "signature.json", "s3://", "RUN@2026", "Examples", "--sample 1%"):
        assert words in text
    assert "0 equal, 1 different, 2 unknown" in text


def test_the_result_has_a_published_schema() -> None:
    """The schema in the package is the one that the model says, and it carries its version."""
    assert schemas.stored("compare-1.schema.json") == schemas.generated("compare-1.schema.json")
    assert Comparison.model_fields["schema_"].default == "dynadrill.compare/1"
