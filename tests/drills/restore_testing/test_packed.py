"""What is packed for Lambda suffices: a validation runs where nothing else can be imported."""

import json
import os
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from deploy.lambda_zip import LEFT_OUT, NEEDED, SERVICES, pack, requirements

from .conftest import ACCOUNT, REGION, Owner, event_of

ALONE = f"""
import json, sys
allowed = set(sys.argv[1].split(","))
class Only:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        known = top in allowed or top in sys.stdlib_module_names or top.startswith("_sysconfigdata")
        if not known or name in {{"pyarrow._flight", "pyarrow.flight"}}:
            raise ImportError(f"{{name}} is not packed")
sys.meta_path.insert(0, Only())
from dynadrill.drills.restore_testing.handler import handler
class Context:
    invoked_function_arn = "arn:aws:lambda:{REGION}:{ACCOUNT}:function:dynadrill"
handler(json.loads(sys.argv[2]), Context())
from botocore.loaders import Loader
print(json.dumps(sorted({{name for name in sys.modules if "pyarrow" in name}})))
"""
MODULES = {"python-dateutil": "dateutil", "markdown-it-py": "markdown_it"}
"""What a distribution is imported as, where that is another name."""


def closure(names: list[str]) -> set[str]:
    """The distributions that pip installs for some, without extras."""
    found, left = set(), list(names)
    while left:
        name = left.pop().lower()
        if name not in found:
            found.add(name)
            needed = [Requirement(one) for one in requires(name) or ()]
            left += [one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


@pytest.mark.slow
def test_a_validation_needs_nothing_that_is_not_packed(owner: Owner, tmp_path: Path) -> None:
    """With only the packed distributions, and without the parts that are left out of them, the answer is SUCCESSFUL."""
    job = owner.job()
    modules = {MODULES.get(name, name).replace("-", "_") for name in closure(list(NEEDED))}
    allowed = {*modules, "dynadrill", "_duckdb", "pydantic_core", "_brotli", "six", "cython_runtime", "_cython"}
    allowed |= {"pygments", "__editable___dynadrill_0_1_0_finder"}
    environment = {**os.environ, "DYNADRILL_AGAINST": "live", "DYNADRILL_CHANGED_AT": "updated_at"}
    done = subprocess.run(
        [sys.executable, "-c", ALONE, ",".join(sorted(allowed)), json.dumps(event_of(job))],
        env=environment, cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert owner.described(job)["ValidationStatus"] == "SUCCESSFUL"
    asked_for = {name.partition(":")[0] for name in owner.asked}
    assert {"cloudwatch", "application-autoscaling"} < asked_for <= SERVICES
    assert "pyarrow.parquet" in json.loads(done.stdout.splitlines()[-1])


def test_what_is_packed_has_the_projects_own_ranges() -> None:
    """Each distribution is one of the project's dependencies; nothing that emulates or loads is among them."""
    assert {one.partition(">")[0] for one in requirements()} == set(NEEDED)
    assert not {"moto", "locust", "faker", "cheroot", "typer"} & closure(list(NEEDED))
    assert not [pattern for pattern in LEFT_OUT if "arrow.so" in pattern]


def test_the_same_files_give_the_same_zip(tmp_path: Path) -> None:
    """The zip depends on names and contents alone: who packs twice can see whether anything changed."""
    for name in ("one", "two"):
        (tmp_path / name / "b").mkdir(parents=True)
        (tmp_path / name / "b" / "c.py").write_text("x = 1\n")
        (tmp_path / name / "a.py").write_text("")
        pack(tmp_path / name, tmp_path / f"{name}.zip")
    os.utime(tmp_path / "two" / "a.py", (0, 0))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
