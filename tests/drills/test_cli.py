"""The command line: exit codes, streams, files and signals; the drill is replaced by one that ends as it is told."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from dynadrill.drills import batch, rejudging
from dynadrill.drills.catalog import Kind, entries
from dynadrill.drills.cli import main
from dynadrill.drills.errors import RefusedError, UnsupportedError, UnverifiableError, UsageError
from dynadrill.drills.judgement import Judgement
from dynadrill.drills.plan import Plan
from dynadrill.drills.store import create, write_record
from dynadrill.drills.verdict import Outcome, worst_code
from dynadrill.drills.version import VERSION
from dynadrill.drills.watch import Watch

from tests.command import DYNADRILL

from .samples import judgement, record

Drill = Callable[[Plan, Watch], Judgement]
RUN = ["run", "bad_batch_delete", "--seed", "7"]


def ending(outcome: Outcome = Outcome.PASS, **fields: Any) -> Drill:
    """A drill that writes its record and ends like this."""

    def drill(plan: Plan, watch: Watch, *_: object, **__: object) -> Judgement:
        watch.phase("seed")
        write_record(plan.folder, record(seed=plan.seed))
        return judgement(outcome, seed=plan.seed, **fields)

    return drill


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def drill(monkeypatch: pytest.MonkeyPatch) -> Callable[[Drill], None]:
    """Let `run` run this instead of a drill."""
    return lambda fake: monkeypatch.setattr(batch, "run_drill", fake)


@pytest.mark.parametrize(
    ("outcome", "fields", "code"),
    [
        (Outcome.PASS, {}, 0),
        (Outcome.FAIL, {}, 1),
        (Outcome.UNKNOWN, {}, 2),
        (Outcome.MISSED, {}, 3),
        (Outcome.UNSUPPORTED, {}, 4),
        (Outcome.REFUSED, {}, 5),
        (Outcome.PASS, {"exit_code": 6, "leftovers": ["table a"]}, 6),
    ],
)
def test_run_and_judge_exit_with_the_verdict(
    outcome: Outcome, fields: dict[str, Any], code: int, *, drill: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every verdict has its exit code, for `run` and for `judge` alike, and both print the same report."""
    drill(ending(outcome, **fields))
    assert main(RUN) == code
    told = capsys.readouterr()
    assert outcome.upper() in told.out
    assert told.err == ""
    monkeypatch.setattr(rejudging, "judge_folder", lambda path: judgement(outcome, **fields))
    assert main(["judge", "runs/bad_batch_delete/latest"]) == code
    assert capsys.readouterr().out == told.out


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("nothing answers there", "Start it."), 64),
        (UnsupportedError("no PITR", "Use another."), 4),
        (RefusedError("not ours", "Let it be."), 5),
        (UnverifiableError("the endpoint is gone", "Look at it."), 2),
    ],
)
def test_errors_are_told_with_a_hint(error: Exception, code: int, drill: Any, capsys: Any, here: Path) -> None:
    """An error is a message and a hint on standard error and its own exit code; no run folder is left."""

    def fails(plan: Plan, watch: Watch, *_: object, **__: object) -> Judgement:
        raise error

    drill(fails)
    assert main(RUN) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"error: {error}\n"
    assert not list(here.glob("runs/*/*"))


def test_a_defect_is_owned_up_to(drill: Any, capsys: Any) -> None:
    """A defect of ours exits 70 in two lines, and its traceback is in the run's log."""

    def breaks(plan: Plan, watch: Watch, *_: object, **__: object) -> Judgement:
        ending()(plan, watch)
        raise KeyError("oops")

    drill(breaks)
    assert main(RUN) == 70
    told = capsys.readouterr().err
    assert told.startswith("defect: KeyError: 'oops'\n")
    assert "Traceback" not in told
    (log,) = Path().glob("runs/*/2*/log.txt")
    assert str(log) in told
    assert "in breaks" in log.read_text()


def test_a_defect_without_a_run_shows_its_traceback(drill: Any, capsys: Any) -> None:
    """Where there is no run folder to keep the traceback in, it is on standard error: it is never lost."""

    def breaks(plan: Plan, watch: Watch, *_: object, **__: object) -> Judgement:
        plan.folder.path.rmdir()
        raise KeyError("oops")

    drill(breaks)
    assert main(RUN) == 70
    assert "in breaks" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["jugde"],
        ["--nonsense"],
        ["run"],
        ["run", "bad_batch_delete", "too", "many"],
        ["run", "bad_batch_delete", "--itmes", "3"],
        ["run", "bad_batch_delete", "--items"],
        ["run", "bad_batch_delete", "--items", "many"],
        ["run", "bad_batch_delete", "--items", "1.5"],
        ["run", "bad_batch_delete", "--items", "-1"],
        ["run", "bad_batch_delete", "--rate", "0"],
        ["run", "bad_batch_delete", "--rate", "nan"],
        ["run", "bad_batch_delete", "--pace", "brisk"],
        ["run", "bad_batch_delete", "--repeat", "0"],
        ["run", "bad_batch_delete", "--repeat", "-1"],
        ["run", "bad_batch_delete", "--notice", "soon"],
        ["run", "bad_batch_delete", "--to", "2026-11-21T15:00:00"],
        ["run", "bad_batch_delete", "--json", "no/such/folder/x.json"],
        ["run", "bad_batch_delete", "--junit", "."],
        ["run", "bad_bach_delete"],
        ["run", "gone.py"],
        ["judge"],
        ["judge", "gone"],
        ["judge", "."],
        ["show", "nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_64_and_touches_nothing(arguments: list[str], drill: Any, capsys: Any, here: Path) -> None:
    """Wrong usage exits 64, whatever the libraries' own habits are; nothing is run and nothing is written."""

    def never(plan: Plan, watch: Watch, *_: object, **__: object) -> Judgement:
        raise AssertionError("a drill was run")

    drill(never)
    assert main(arguments) == 64
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    assert told.err.startswith("error: ") if arguments else "Usage" in told.out
    assert not list(here.iterdir())


def test_a_run_of_another_version_is_unknown(capsys: Any, here: Path) -> None:
    """A run folder of another version, or half written, is answered with exit 2 and what was found."""
    folder = create(here / "runs", "x", 1, 0.0)
    write_record(folder, record())
    whole = folder.run_json.read_text()
    for text, says in ((whole.replace("run/1", "run/2"), "dynadrill.run/2"), (whole[:100], "not whole")):
        folder.run_json.write_text(text)
        assert main(["judge", str(folder.path)]) == 2
        assert says in capsys.readouterr().err


def test_json_on_standard_output_is_that_and_nothing_else(drill: Any, capsys: Any) -> None:
    """With `--json -` standard output is the JSON; the report goes to standard error."""
    drill(ending())
    assert main([*RUN, "--json", "-"]) == 0
    told = capsys.readouterr()
    assert Judgement.model_validate_json(told.out) == judgement()
    assert "PASS" in told.err


def test_files_that_were_asked_for(drill: Any, capsys: Any, here: Path) -> None:
    """`--json FILE` and `--junit FILE` hold the verdict; the run folder has a report and JUnit too."""
    drill(ending(Outcome.FAIL, because="12 keys are missing"))
    assert main([*RUN, "--json", "v.json", "--junit", "j.xml", "--out", "elsewhere"]) == 1
    assert json.loads(Path("v.json").read_text())["verdict"] == "fail"
    assert ET.parse("j.xml").find("testsuite/testcase/failure") is not None
    (folder,) = here.glob("elsewhere/bad_batch_delete/2*-7")
    assert "12 keys are missing" in (folder / "report.txt").read_text()
    assert (folder / "junit.xml").read_text() == Path("j.xml").read_text()


def test_what_is_no_file_is_not_replaced(drill: Any, here: Path) -> None:
    """A pipe given as `--json` is written to, not replaced by a file."""
    drill(ending())
    pipe = here / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert main([*RUN, "--json", str(pipe)]) == 0
    assert pipe.is_fifo()
    assert json.loads(os.read(reader, 1_000_000))["seed"] == 7
    os.close(reader)


def test_quiet_is_one_line(drill: Any, capsys: Any) -> None:
    """`--quiet` leaves one line per run."""
    drill(ending())
    assert main([*RUN, "--quiet"]) == 0
    told = capsys.readouterr()
    assert told.out == "✓ PASS  bad_batch_delete, seed 7: all 3 claims hold, and the detector found what was planted\n"
    assert told.err == ""


def test_repeat_counts_seeds_up_and_exits_with_the_worst(drill: Any, capsys: Any) -> None:
    """`--repeat 3` runs seeds 7, 8, 9; the JSON has a line each, and the exit code is the worst one's."""
    outcomes = {7: Outcome.PASS, 8: Outcome.FAIL, 9: Outcome.MISSED}
    drill(lambda plan, watch, *_, **__: ending(outcomes[plan.seed])(plan, watch))
    assert main([*RUN, "--repeat", "3", "--json", "v.jsonl", "--junit", "j.xml"]) == 1
    found = [json.loads(line) for line in Path("v.jsonl").read_text().splitlines()]
    assert [(run["seed"], run["verdict"]) for run in found] == [(7, "pass"), (8, "fail"), (9, "missed")]
    assert len(ET.parse("j.xml").findall("testsuite")) == 3
    out = capsys.readouterr().out
    assert "3 runs: 1 pass, 1 fail, 1 missed" in out
    assert out.count("runs/bad_batch_delete/2") == 3


def test_repeat_tells_what_was_done_before_an_error(drill: Any, capsys: Any) -> None:
    """When a later run cannot be run, the earlier ones are still told and written, and the error's code counts."""

    def second_fails(plan: Plan, watch: Watch, *_: object, **__: object) -> Judgement:
        if plan.seed == 8:
            raise UnverifiableError("the endpoint is gone")
        return ending()(plan, watch)

    drill(second_fails)
    assert main([*RUN, "--repeat", "3", "--json", "v.jsonl"]) == 2
    assert "1 run: 1 pass" in capsys.readouterr().out
    assert len(Path("v.jsonl").read_text().splitlines()) == 1


def test_the_order_of_exit_codes() -> None:
    """Fail is worst, then unknown, refused, unsupported, leftovers, missed, pass."""
    order = [1, 2, 5, 4, 6, 3, 0]
    for position in range(len(order)):
        assert worst_code(reversed(order[position:])) == order[position]


def test_a_drawn_seed_is_told(drill: Any, capsys: Any) -> None:
    """Without `--seed` one is drawn, and told so that the drill can be repeated."""
    drill(ending())
    assert main(["run", "bad_batch_delete", "--quiet"]) == 0
    (folder,) = Path().glob("runs/bad_batch_delete/2*")
    assert f"seed {folder.name.rpartition('-')[2]}:" in capsys.readouterr().out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_a_drill_through_its_clean_up(number: signal.Signals, code: int, drill: Any, capsys: Any) -> None:
    """CTRL+C and SIGTERM both unwind the drill, then exit 130 and 143 and say what was done; handlers are put back."""
    before = signal.getsignal(number)
    cleaned: list[str] = []

    def interrupted(plan: Plan, watch: Watch, *_: object, **__: object) -> Judgement:
        try:
            write_record(plan.folder, record())
            os.kill(os.getpid(), number)
            signal.pause()
            raise AssertionError("unreachable")
        finally:
            cleaned.append("yes")

    drill(interrupted)
    assert main(RUN) == code
    assert cleaned == ["yes"]
    told = capsys.readouterr().out
    assert "interrupted: the users were stopped and what this run made was removed" in told
    assert "dynadrill judge runs/bad_batch_delete/2" in told
    assert signal.getsignal(number) is before


def test_interrupted_before_anything_was_made(drill: Any, capsys: Any, here: Path) -> None:
    """An interrupt before the record is written leaves no run folder."""

    def interrupted(plan: Plan, watch: Watch, *_: object, **__: object) -> Judgement:
        raise KeyboardInterrupt

    drill(interrupted)
    assert main(RUN) == 130
    assert "before anything was made" in capsys.readouterr().out
    assert not list(here.glob("runs/*"))


def test_a_broken_pipe_in_a_drill_is_no_verdict(drill: Any, capsys: Any) -> None:
    """A connection that breaks inside a drill is a defect, 70: not exit 1, which would say that the recovery failed."""

    def breaks(plan: Plan, watch: Watch, *_: object, **__: object) -> Judgement:
        raise BrokenPipeError(32, "Broken pipe")

    drill(breaks)
    assert main(RUN) == 70
    assert "BrokenPipeError" in capsys.readouterr().err


def test_list_has_everything(capsys: Any) -> None:
    """`list` names every thing of every kind with its docstring's first line."""
    assert main(["list"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for kind in Kind:
        for entry in entries(kind):
            assert f"{entry.name} {entry.summary}" in told


@pytest.mark.parametrize("kind", Kind)
def test_show_tells_what_a_thing_is(kind: Kind, capsys: Any) -> None:
    """`show` prints the docstring and the knobs of anything in the catalog."""
    for entry in entries(kind):
        assert main(["show", entry.name]) == 0
        told = capsys.readouterr().out
        assert f"{kind} {entry.name}" in told
        assert " ".join(entry.doc.split()) in " ".join(told.split())


def test_show_tells_a_scenarios_parts(capsys: Any) -> None:
    """`show SCENARIO` names its parts, its objectives and its knobs."""
    assert main(["show", "bad_batch_delete"]) == 0
    told = capsys.readouterr().out
    for part in ("batch_delete", "point_in_time", "important_table", "RPO ", "RTO ", "nothing_missing", "starts_at"):
        assert part in told


def test_help_and_version(capsys: Any) -> None:
    """`--help` and `--version` exit 0; help tells the exit codes."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"dynadrill {VERSION}\n"
    for arguments in (["--help"], ["run", "--help"], ["judge", "-h"]):
        assert main(arguments) == 0
        assert "2 unknown" in " ".join(capsys.readouterr().out.split())


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`dynadrill` in a process of its own."""
    return subprocess.run(
        [*DYNADRILL, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )


def test_exit_codes_leave_the_process() -> None:
    """The process exits with the command's code, and errors go to standard error."""
    wrong = process("run", "bad_bach_delete")
    assert (wrong.returncode, wrong.stdout) == (64, "")
    assert "Did you mean bad_batch_delete" in wrong.stderr
    assert process("--version").stdout == f"dynadrill {VERSION}\n"


def test_help_is_folded_by_the_terminal_alone(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of help goes on where the docstring's ended: ends of its lines are no ends of the terminal's."""
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["resume", "--help"]) == 0
    assert any("for again. The time that nobody waited counts" in line for line in capsys.readouterr().out.splitlines())


def test_help_does_not_load_what_it_does_not_need() -> None:
    """`--help` and completion import no boto3, pyarrow, pydantic or moto: they answer at once."""
    program = (
        "import sys; from dynadrill.drills.cli import main; main(['--help']);"
        "print(sorted(set('boto3 botocore pyarrow pydantic moto locust'.split()) & set(sys.modules)), file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    assert found.stderr == "[]\n"


def test_shells_complete_names() -> None:
    """Completion offers the scenarios that begin so, and recoveries for `--recovery`."""
    for typed, offered in (
        ("dynadrill run bad_b", "bad_batch_delete"),
        ("dynadrill run x --recovery on_d", "on_demand_backup"),
    ):
        words = str(len(typed.split()) - 1)
        found = process(_DYNADRILL_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=words)
        assert found.stdout.split() == [offered]


def test_a_reader_that_goes_away_changes_no_exit_code() -> None:
    """A pipe that is closed before the first line is written to it changes nothing, and is not complained about."""
    reader, writer = os.pipe()
    os.close(reader)
    found = subprocess.run(
        [*DYNADRILL, "list"], check=False, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60
    )
    os.close(writer)
    assert (found.returncode, found.stderr) == (0, "")


def test_a_terminal_without_unicode_gets_ascii() -> None:
    """A standard output in ASCII is written to without an error."""
    found = process("show", "bad_batch_delete", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert found.returncode == 0
    assert found.stdout.isascii()
