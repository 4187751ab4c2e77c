"""The wheel: what is in it, and that it works where nothing of the source tree is in sight."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("drills", "fixtures", "scenarios", "validators")

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of what git tracks or would track, with the build tools that are installed."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(source)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(built.glob("*.whl"))


def test_the_wheel_holds_every_module_and_nothing_else(wheel: Path) -> None:
    """Every file of the four folders is in the wheel, below dynadrill/, and nothing at the top level beside it."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    ours = {
        f"dynadrill/{file.relative_to(ROOT)}"
        for room in ROOMS
        for file in (ROOT / room).rglob("*")
        if file.suffix in {".py", ".json", ".toml", ".typed"}
    }
    assert names == ours


def test_the_wheel_declares_what_it_needs(wheel: Path) -> None:
    """The metadata has the licence, the command, pytest's plugin, and version ranges without any registry's address."""
    with zipfile.ZipFile(wheel) as archive:
        info = {Path(name).name: name for name in archive.namelist() if ".dist-info/" in name}
        metadata = archive.read(info["METADATA"]).decode()
        entry_points = archive.read(info["entry_points.txt"]).decode()
    assert "LICENSE" in info
    assert "[console_scripts]\ndynadrill = dynadrill.drills.cli:main" in entry_points
    assert "[pytest11]\ndynadrill = dynadrill.drills.targets.pytest_plugin" in entry_points
    requirements = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:")]
    assert requirements
    assert all(" @ " not in line and ("<" in line or "extra" in line) for line in requirements)


def test_the_wheel_runs_without_the_source_tree(wheel: Path, tmp_path: Path) -> None:
    """From the wheel alone the command lists the scenarios, and finds the JSON Schemas."""
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    program = (
        "import sys; sys.path = [p for p in sys.path if 'dynadrill' not in p]; sys.meta_path = [f for f in"
        " sys.meta_path if 'editable' not in repr(f)]; sys.path.insert(0, sys.argv.pop(1));"
        "import dynadrill.drills.schemas as s; assert s.__file__.startswith(sys.path[0]), s.__file__;"
        "from importlib.resources import files; assert (files(s) / 'verdict-1.schema.json').is_file();"
        "from dynadrill.drills.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(site), "list"], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "bad_batch_delete" in done.stdout


def test_pins_name_no_address() -> None:
    """constraints.txt pins exact versions by name only, and nothing in the tree names a package registry's host."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and line[0] != "#"]
    assert len(lines) > 30
    assert all(line.count("==") == 1 and "/" not in line and "@" not in line for line in lines)
