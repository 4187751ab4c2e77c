"""Packs the validator for AWS Backup's restore tests as a zip for AWS Lambda: `make lambda`.

Into it go this source tree's `drills/`, and those of its dependencies that the function needs, in the versions of
constraints.txt. Lambda takes 250 MB unzipped (AWS Lambda Developer Guide, "Lambda quotas"), and the whole wheels are
more: what is left out of them is named below, and the packed function is tried before it is called done.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_BYTES = 250 * 1024 * 1024
PYTHON = "3.13"
"""The function's runtime, `python3.13`, which is on Amazon Linux 2023: the wheels may be of glibc 2.28 and newer."""
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
NEEDED = ("boto3", "deepdiff", "duckdb", "msgspec", "orjson", "pyarrow", "pydantic", "rich")
"""Of pyproject's dependencies, those that are imported on the way from the event to the answer."""
SERVICES = frozenset({"application-autoscaling", "backup", "cloudwatch", "dynamodb", "s3", "sso", "sso-oidc", "sts"})
"""The services whose models botocore keeps."""
LEFT_OUT = (
    "**/__pycache__",
    "bin",
    "pyarrow/include",
    "pyarrow/tests",
    "pyarrow/src",
    "pyarrow/_flight*",
    "pyarrow/libarrow_flight*",
    "pyarrow/libarrow_python_flight*",
)
TRIED = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "import pyarrow.parquet, duckdb, deepdiff, dynadrill.drills.checking.judging, dynadrill.drills.targets.remote;"
    "from dynadrill.drills.restore_testing.handler import handler;"
    "assert duckdb.sql('select 1').fetchall() == [(1,)]"
)
WRITTEN_AT = (2026, 1, 1, 0, 0, 0)
"""The time of every file in the zip: the same content gives the same zip."""


def main() -> int:
    """Build the zip; answers the exit code."""
    asked = _asked()
    package = ROOT / "build" / "lambda"
    shutil.rmtree(package, ignore_errors=True)
    install(package, asked.architecture)
    leave_out(package)
    add_own(package, asked.include)
    size = sum(file.stat().st_size for file in package.rglob("*") if file.is_file())
    print(f"unzipped {size / 1024**2:.1f} MB of {MOST_BYTES / 1024**2:.0f} MB")
    if size > MOST_BYTES:
        print("error: Lambda does not take so much; use a container image", file=sys.stderr)
        return 1
    print(tried(package, asked.architecture))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    pack(package, asked.out)
    zipped = asked.out.stat().st_size / 1024**2
    print(f"{os.path.relpath(asked.out)}: {zipped:.1f} MB, for python{PYTHON} on {asked.architecture}")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "dynadrill-restore-testing.zip")
    parser.add_argument("--architecture", choices=MACHINES, default="x86_64")
    parser.add_argument("--include", type=Path, nargs="*", default=[], help="dynadrill.toml, and files of invariants")
    return parser.parse_args()


def requirements() -> list[str]:
    """What is installed, with pyproject's own ranges."""
    declared: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    found = [each for each in declared if each.partition(">")[0] in NEEDED]
    assert len(found) == len(NEEDED), "each is among the dependencies"
    return found


def install(package: Path, architecture: str) -> None:
    """Install the wheels for Lambda's Python and processor, whatever this machine has."""
    machine = MACHINES[architecture]
    subprocess.run(  # noqa: S603 -- pip, with names of our own
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--root-user-action", "ignore", "--target", str(package), "--only-binary", ":all:",
            "--implementation", "cp", "--python-version", PYTHON,
            "--platform", f"manylinux_2_28_{machine}", "--platform", f"manylinux2014_{machine}",
            "--constraint", str(ROOT / "constraints.txt"), *requirements(),
        ],
        check=True,
    )  # fmt: skip


def left_out(package: Path) -> Iterator[Path]:
    """Everything in a folder of installed wheels that the function does without."""
    for pattern in LEFT_OUT:
        yield from package.glob(pattern)
    for model in (package / "botocore" / "data").iterdir():
        if model.is_dir() and model.name not in SERVICES:
            yield model


def leave_out(package: Path) -> None:
    """Remove it."""
    for path in list(left_out(package)):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def add_own(package: Path, include: list[Path]) -> None:
    """Put this source tree's own code beside it, and the person's files where the function looks for them."""
    shutil.copytree(ROOT / "drills", package / "dynadrill" / "drills", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "LICENSE", package / "dynadrill")
    for file in include:
        shutil.copy(file, package)


def tried(package: Path, architecture: str) -> str:
    """Import the function with the runtime's Python and nothing else installed, where that Python is here."""
    if platform.machine() not in (architecture, MACHINES[architecture]):
        return f"not tried: this machine is no {architecture}"
    python = shutil.which(f"python{PYTHON}")
    alike = python is not None and subprocess.run([python, "-V"], check=False, capture_output=True).returncode == 0  # noqa: S603
    if not alike:
        return f"not tried: there is no python{PYTHON} here"
    done = subprocess.run(  # noqa: S603 -- our own code
        [str(python), "-I", "-S", "-B", "-c", TRIED, str(package)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"error: the packed function does not start:\n{done.stderr}")
    return f"tried: it starts in python{PYTHON} with nothing else installed"


def pack(package: Path, out: Path) -> None:
    """Write the zip: the same bytes for the same files."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(path for path in package.rglob("*") if path.is_file()):
            about = zipfile.ZipInfo(str(file.relative_to(package)), WRITTEN_AT)
            about.external_attr = 0o644 << 16
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, file.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
