"""The GitHub Action: what it takes and hands on, and its shell steps, run here with GitHub's files faked."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{ (inputs|steps\.drill\.outputs)\.([a-z-]+) \}\}")

STAND_IN = """#!{python}
import json, os, pathlib, sys
arguments = sys.argv[1:]
if arguments[0] == "summary":
    os.execv({real!r}, [{real!r}, *arguments])
pathlib.Path({said!r}).write_text(json.dumps(arguments))
verdict = json.loads({verdict!r})
if verdict:
    folder = pathlib.Path(arguments[arguments.index("--out") + 1]) / "orders" / "20261121T030000Z-orders"
    folder.mkdir(parents=True)
    (folder.parent / "latest").symlink_to(folder.name)
    (folder / "verdict.json").write_text(json.dumps(verdict))
sys.exit(verdict.get("exit_code", 70))
"""
"""A dynadrill that ends with a given verdict; its `summary` is the real one."""


class Ended(NamedTuple):
    """What a run of the action's own steps left: its outputs, the job's page, its log, and its exit code."""

    outputs: dict[str, str]
    page: str
    log: str
    exit_code: int
    asked: list[str]


def real() -> str:
    """The command as it is installed."""
    found = Path(sys.executable).parent / "dynadrill"
    return str(found)


class Runner:
    """A runner of GitHub's, as far as shell steps see one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output, self.page, self.said = folder / "output", folder / "page", folder / "said.json"
        self.path = folder / "bin"
        self.path.mkdir()

    def put(self, verdict: dict[str, Any] | None) -> None:
        """Let a stand-in end with a verdict; with none the command ends as if it had crashed."""
        script = self.path / "dynadrill"
        text = STAND_IN.format(
            python=sys.executable, real=real(), said=str(self.said), verdict=json.dumps(verdict or {})
        )
        script.write_text(text)
        script.chmod(script.stat().st_mode | stat.S_IEXEC)

    def run(self, **inputs: str) -> Ended:
        """Run every shell step but the installation, in order, as the runner would."""
        given = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | inputs
        outputs: dict[str, str] = {}
        log, code = "", 0
        for step in STEPS:
            if "run" not in step or "pip install" in step["run"]:
                continue
            ended = self._step(step, given, outputs)
            log += ended.stdout + ended.stderr
            code = code or ended.returncode
            lines = self.output.read_text().splitlines() if self.output.exists() else []
            outputs = dict(line.split("=", 1) for line in lines)
        asked = json.loads(self.said.read_text()) if self.said.exists() else []
        page = self.page.read_text() if self.page.exists() else ""
        return Ended(outputs, page, log, code, asked)

    def _step(
        self, step: dict[str, Any], inputs: dict[str, str], outputs: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an expression in a script would let an input write the script"

        def value(found: re.Match[str]) -> str:
            return inputs[found[2]] if found[1] == "inputs" else outputs.get(found[2], "")

        own = {name: EXPRESSION.sub(value, text) for name, text in step.get("env", {}).items()}
        python = Path(sys.executable).parent
        environment = {
            "PATH": f"{self.path}:{python}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.page),
            **own,
        }
        # As GitHub runs bash.
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=self.folder, check=False)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner."""
    if not shutil.which("bash"):
        pytest.fail("the action's steps are bash, and there is none here")
    return Runner(tmp_path)


def verdict(name: str, exit_code: int, **more: Any) -> dict[str, Any]:
    """A verdict.json in few words."""
    return {
        "schema": "dynadrill.verdict/1",
        "verdict": name,
        "exit_code": exit_code,
        "because": "so | it <b>came",
        **more,
    }


def test_the_action_is_whole() -> None:
    """Every input and output that is spoken of is declared, described and used, and every action has a version."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert ACTION["runs"]["using"] == "composite"
    for inputs in (ACTION["inputs"], ACTION["outputs"]):
        assert all(each["description"] for each in inputs.values())
    assert {name for kind, name in EXPRESSION.findall(text) if kind == "inputs"} <= set(ACTION["inputs"])
    written = set(re.findall(r'echo "([a-z-]+)=', text))
    assert {name for kind, name in EXPRESSION.findall(text) if kind != "inputs"} <= written
    assert all("@v" in step["uses"] for step in STEPS if "uses" in step)
    kept = next(step for step in STEPS if step.get("uses", "").startswith("actions/upload-artifact"))
    assert not [path for path in kept["with"]["path"].split() if "parquet" in path or path.endswith(("/*", "/**"))]


@pytest.mark.slow
def test_a_drill_that_passes_is_on_the_page(runner: Runner) -> None:
    """The real command, run by the action's own steps: verdict, summary, annotation, and exit code 0."""
    ended = runner.run(
        subject="bad_overwrite", arguments="--pace virtual --items 100 --rate 2 --seed 1 --notice 20s --decide 30s"
    )
    assert ended.exit_code == 0, ended.log
    assert (ended.outputs["verdict"], ended.outputs["exit-code"]) == ("pass", "0")
    assert ended.page.startswith("## ✓ PASS: bad\\_overwrite\n")
    assert "simulated (not AWS's time)" in ended.page
    assert "::notice title=dynadrill bad_overwrite%3A PASS::" in ended.log
    kept = {path.name for path in Path(ended.outputs["run-folder"]).iterdir()}
    assert {"report.txt", "verdict.json", "junit.xml"} <= kept


def test_a_drill_that_does_not_pass_fails_the_job(runner: Runner) -> None:
    """The job ends with dynadrill's own exit code; what broke is annotated, and what it says cannot write the page."""
    claim = {"name": "recovered_in_time", "verdict": "missed", "because": "3 s\n::error::made up"}
    runner.put(verdict("missed", 3, scenario="orders", validators=[claim]))
    ended = runner.run(subject="orders")
    assert ended.exit_code == 3
    assert ended.outputs["verdict"] == "missed"
    assert "so \\| it \\<b\\>came" in ended.page
    assert "::warning title=dynadrill orders%3A recovered_in_time::3 s%0A::error::made up" in ended.log
    assert not [line for line in ended.log.splitlines() if line.startswith("::error::")]


def test_a_table_is_checked_with_options_as_in_a_shell(runner: Runner) -> None:
    """restore-check is asked of the table; options are split as a shell does, and nothing of them is run."""
    runner.put(verdict("pass", 0, table="orders"))
    ended = runner.run(
        command="restore-check", subject="orders; touch x", arguments="--smoke 'true {table}' --region $(touch y)"
    )
    assert ended.exit_code == 0, ended.log
    assert ended.asked[:2] == ["restore-check", "orders; touch x"]
    assert ended.asked[4:] == ["--smoke", "true {table}", "--region", "$(touch", "y)"]
    assert not (runner.folder / "x").exists()
    assert not (runner.folder / "y").exists()


def test_what_it_may_cost_is_agreed_to_by_an_input(runner: Runner) -> None:
    """Target and amount are options where they are given, and whatever they say is one word that nobody runs."""
    runner.put(verdict("pass", 0, scenario="orders"))
    on_aws = runner.run(subject="orders", target="aws:eu-west-1", **{"yes-spend": "2.50"}, arguments="--rpo 5m")
    assert on_aws.asked[4:] == ["--target", "aws:eu-west-1", "--yes-spend", "2.50", "--rpo", "5m"]
    nowhere = runner.run(subject="orders", target="$(touch x) --quiet", **{"yes-spend": "1; touch y"})
    assert nowhere.asked[4:] == ["--target", "$(touch x) --quiet", "--yes-spend", "1; touch y"]
    assert runner.run(subject="orders").asked[4:] == []
    assert {path.name for path in runner.folder.iterdir()} & {"x", "y"} == set()


def test_the_documented_workflows_say_what_the_action_takes() -> None:
    """Each example in docs/ci.md that uses the action gives it inputs that it has; on AWS it says what it may spend."""
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    workflows = [yaml.safe_load(block) for block in blocks if "dynadrill@" in block]
    steps = [step for flow in workflows for job in flow.get("jobs", {}).values() for step in job["steps"]]
    used = [step["with"] for step in steps if "dynadrill@" in step.get("uses", "")]
    assert len(used) >= 3
    for given in used:
        assert set(given) <= set(ACTION["inputs"])
        assert ("yes-spend" in given) == given.get("target", "").startswith("aws:")


def test_no_verdict_is_no_pass(runner: Runner) -> None:
    """A command that crashed, and one that there is not, fail the job and say so on its page."""
    runner.put(None)
    crashed = runner.run(subject="orders")
    assert crashed.exit_code == 70
    assert "no verdict" in crashed.page
    assert "::error title=dynadrill no verdict::" in crashed.log
    assert crashed.outputs.get("verdict", "") == ""
    wrong = runner.run(command="sweep", subject="all")
    assert wrong.exit_code == 64
    assert "write run or restore-check" in wrong.log
