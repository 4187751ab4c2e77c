"""What is looked at on this machine: Python, the extras, Java, and the room on disk."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .line import Line, ill, noted, unknown, well

OLDEST_PYTHON = (3, 11)
OLDEST_JAVA = 17
"""Spark 4 and Amazon's DynamoDB Local need it (their installation pages)."""
LEAST_FREE = 2 * 1024**3
"""Bytes: a drill of a million items keeps about one gigabyte of evidence."""
JAVA_ANSWERS_S = 20.0
JAVA_VERSION = re.compile(r'version "(?P<first>\d+)(\.(?P<second>\d+))?')


def has_package(name: str) -> bool:
    """Whether a package is installed; it is not imported."""
    return importlib.util.find_spec(name) is not None


def java_says() -> str | None:
    """What `java -version` prints; None where there is no java, and empty where it does not run."""
    java = shutil.which("java")
    if java is None:
        return None
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=JAVA_ANSWERS_S, check=False)  # noqa: S603 -- found on the path
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stderr + answer.stdout if answer.returncode == 0 else ""


def free_bytes(folder: Path) -> int:
    """The room on the disk of a folder, or of the nearest one above it that is there."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return shutil.disk_usage(there).free


@dataclass(frozen=True)
class Machine:
    """This machine, as far as it is looked at; tests have others."""

    python: tuple[int, int, int] = sys.version_info[:3]
    has_package: Callable[[str], bool] = has_package
    java_says: Callable[[], str | None] = java_says
    free_bytes: Callable[[Path], int] = free_bytes


def look_here(machine: Machine, out: Path) -> list[Line]:
    """The lines about this machine.

    Args:
        machine: this one.
        out: where run folders go.
    """
    spark = machine.has_package("pyspark")
    return [_python(machine.python), _spark(spark=spark), _java(machine.java_says(), needed=spark), _disk(machine, out)]


def _python(version: tuple[int, int, int]) -> Line:
    said = ".".join(map(str, version))
    if version[:2] >= OLDEST_PYTHON:
        return well("Python", said)
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return ill("Python", f"{said}, {oldest} is needed", f"Install Python {oldest} or newer, and dynadrill with it.")


def _spark(*, spark: bool) -> Line:
    if spark:
        return well("extra spark", "pyspark is installed")
    return noted("extra spark", "not installed: compare works with DuckDB alone (pip install 'dynadrill[spark]')")


def _java(says: str | None, *, needed: bool) -> Line:
    fix = f"Install a JDK {OLDEST_JAVA} or newer, and put java on the path."
    found = JAVA_VERSION.search(says or "")
    major = _major(found) if found else 0
    if major >= OLDEST_JAVA:
        return well("Java", f"version {major}")
    said = "none on the path" if says is None else f"version {major} is too old" if major else "it does not run"
    if needed:
        return ill("Java", f"{said}, and Spark needs {OLDEST_JAVA}", fix)
    return noted("Java", f"{said}: only Spark and Amazon's DynamoDB Local need it")


def _major(found: re.Match[str]) -> int:
    """8 called itself 1.8."""
    return int(found["second"]) if found["first"] == "1" and found["second"] else int(found["first"])


def _disk(machine: Machine, out: Path) -> Line:
    try:
        free = machine.free_bytes(out)
    except OSError as error:
        return unknown("disk", f"{out} cannot be looked at: {error.strerror}", "Name another folder with --out.")
    said = f"{free / 1024**3:.1f} GiB free for {out}"
    if free >= LEAST_FREE:
        return well("disk", said)
    return ill(
        "disk", said, f"Make room, or name another folder with --out: {LEAST_FREE / 1024**3:.0f} GiB are enough."
    )
