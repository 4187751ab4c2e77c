"""`make aws-contract`: the contract and one small drill on a person's own account, priced before anything is made.

Where the Region is and who pays is said as for every command: AWS_REGION, boto3's credentials, DYNADRILL_ALLOW_AWS=1
and the accounts and Regions of dynadrill.toml; and DYNADRILL_YES_SPEND says how many US dollars it may cost. With
AWS_ENDPOINT_URL it is whatever answers there, such as `dynadrill serve`, and costs nothing.
"""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path

from dynadrill.drills.config.reading import read_config
from dynadrill.drills.costs.estimate import Use, estimate
from dynadrill.drills.costs.prices import read_prices
from dynadrill.drills.errors import DrillError, RefusedError, UsageError
from dynadrill.drills.target import TargetKind
from dynadrill.drills.targets.open import open_target
from dynadrill.drills.targets.terms import Terms

from tests.command import PROGRAM

from .account import RUN

HERE = Path(__file__).parent
AGREED = "DYNADRILL_YES_SPEND"
WRITE_UNITS, READ_UNITS = 17_000, 2_000
"""What the contract's requests come to at most, counted at the time machine: each by its size, twice as in a
transaction, and twice for an index."""
DRILL_WRITE_UNITS, DRILL_READ_UNITS = 10_000, 10_000
PROVISIONED_USD = 0.10
"""A dozen tables of the contract have provisioned capacity, of 20 units and less, for one started hour each."""
DRILL = (
    "run", "bad_batch_delete", "--pace", "virtual", "--items", "20", "--users", "2", "--rate", "2",
    "--notice", "10s", "--decide", "10s", "--seed", "1",
)  # fmt: skip
WORKERS = {TargetKind.AWS: 8}
"""How many tables are made at a time: on AWS one takes ten seconds and more."""


def price(region: str) -> float:
    """What it costs at most, in US dollars."""
    uses = [
        Use("write", WRITE_UNITS + DRILL_WRITE_UNITS, region, "writes"),
        Use("read", READ_UNITS + DRILL_READ_UNITS, region, "reads"),
        Use("restore", 0.01, region, "restoring"),
        Use("point_in_time_storage", 0.01, region, "point-in-time recovery"),
    ]
    return round(estimate(uses, read_prices()).usd + PROVISIONED_USD, 2)


def agree(kind: TargetKind, usd: float) -> None:
    """Say what it costs, and make sure that somebody agreed where it is billed.

    Raises:
        RefusedError: nobody did.
    """
    said = f"At AWS's prices this costs at most {usd:.2f} USD"
    if kind is not TargetKind.AWS:
        print(f"{said}; what answers here bills nothing.", flush=True)
        return
    print(f"{said}, and takes about an hour.", flush=True)
    if float(os.environ.get(AGREED) or 0) < usd:
        raise RefusedError("nobody agreed to that", f"Set {AGREED}={usd:.2f}, or more.")


def where(folder: Path) -> tuple[str, TargetKind]:
    """The Region, and who answers there, by the rules that hold for every command.

    Raises:
        DrillError: it is not said, not allowed, or nobody answers.
    """
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise UsageError("it is not said in which Region", "Set AWS_REGION.")
    terms = Terms(read_config(os.environ, Path.cwd()), "aws-contract", writes=False)
    target = open_target(
        f"aws:{region}", run_id=uuid.uuid4().hex[:8], folder=folder, pace="real", starts_at=0.0, seed=0,
        on_jump=lambda *_: None, terms=terms,
    )  # fmt: skip
    try:
        print(f"{target.name} ({target.kind.value})", flush=True)
        return region, target.kind
    finally:
        target.close()


def run(shown: str, python: Sequence[str], words: Sequence[str], **environment: str) -> int:
    """Run one part, and answer its exit code."""
    print(f"\n$ {shown} {' '.join(words)}", flush=True)
    return subprocess.run([sys.executable, *python, *words], env={**os.environ, **environment}, check=False).returncode


def main() -> int:
    """Run it all; answers the first exit code that is not 0."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            region, kind = where(Path(folder))
            agree(kind, price(region))
        except DrillError as error:
            print(f"error: {error}", file=sys.stderr)
            return int(error.exit_code)
    tests = sorted(str(file.relative_to(Path.cwd())) for file in HERE.glob("test_contract_*.py"))
    workers, place = str(WORKERS.get(kind, 2)), ["--target", f"aws:{region}", "--out", "runs/aws-contract"]
    agreed = ["--yes-spend", os.environ[AGREED]] if kind is TargetKind.AWS else []
    codes = [
        run("pytest", ["-m", "pytest"], ["-q", "-n", workers, *tests], **{RUN: uuid.uuid4().hex}),
        run("dynadrill", PROGRAM, [*DRILL, *place, *agreed]),
        run("dynadrill", PROGRAM, ["sweep", *place]),
    ]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
