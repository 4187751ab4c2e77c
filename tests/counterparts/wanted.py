"""Where the counterparts are, whether each can run here, and why not."""

import importlib.util
import os
import shutil
from enum import StrEnum
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BUILD = HERE.parent.parent / "build" / "counterparts"
EMULATOR = BUILD / "emulator"
MODULES = BUILD / "node_modules"
PINS = HERE / "package.json"
REQUIRED = os.environ.get("DYNADRILL_COUNTERPARTS") == "required"
"""Whether a counterpart that is missing is an error, as in CI."""
NOT_COMPARED = "not compared: "
"""How the reason of a test that was skipped for want of its counterpart begins."""
HINT = "run `make counterparts`"


class Counterpart(StrEnum):
    """What the machine is held against, or used by."""

    LOCAL = "DynamoDB Local"
    JAVASCRIPT = "the AWS SDK for JavaScript"
    CLI = "the AWS CLI"


def missing(counterpart: Counterpart) -> str | None:
    """Why a counterpart cannot run here; None where it can."""
    match counterpart:
        case Counterpart.LOCAL:
            if shutil.which("java") is None or shutil.which("javac") is None:
                return "no JDK (java and javac) is found"
            return None if EMULATOR.is_dir() else f"{EMULATOR.name} is not in build/; {HINT}"
        case Counterpart.JAVASCRIPT:
            if shutil.which("node") is None:
                return "node is not found"
            return None if MODULES.is_dir() else f"{MODULES.name} is not in build/; {HINT}"
        case Counterpart.CLI:
            return None if importlib.util.find_spec("awscli") else "the Python package awscli is not installed"


def need(counterpart: Counterpart) -> None:
    """End the test here if a counterpart is missing: skipped with the reason, failed where it is required."""
    reason = missing(counterpart)
    if reason is None:
        return
    if REQUIRED:
        pytest.fail(f"{counterpart} is required (DYNADRILL_COUNTERPARTS), but {reason}", pytrace=False)
    pytest.skip(f"{NOT_COMPARED}{counterpart}: {reason}")
