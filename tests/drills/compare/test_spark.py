"""The same comparison on Spark: a session of this machine, which listens on loopback only and loads nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.compare import spark, spark_job
from dynadrill.drills.compare.cluster import compare_in_spark
from dynadrill.drills.compare.comparing import Asked, Tools, compare
from dynadrill.drills.compare.duck import DuckEngine
from dynadrill.drills.compare.engine import Engine
from dynadrill.drills.compare.result import Comparison
from dynadrill.drills.compare.sides import Side
from dynadrill.drills.compare.spark import LOCAL, SparkEngine, local_engine
from dynadrill.drills.errors import UnverifiableError, UsageError

from .tables import item, stored

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Spark on this machine, once for all tests."""
    engine = local_engine()
    engine._session.conf.set("spark.sql.shuffle.partitions", "1")
    yield engine._session
    engine.close()


def left_and_right(folder: Path) -> tuple[Side, Side]:
    """Two tables that differ in each class, one of them with a key twice, of every type somewhere."""
    same = [
        item("number", {"N": "1.50"}),
        item("set", {"SS": ["b", "a"]}),
        item("binary", {"B": "AAE="}),
        item("map", {"M": {"a": {"NULL": True}, "b": {"L": [{"BOOL": True}, {"NS": ["1", "2"]}]}}}),
        *(item(f"same {number}", {"N": str(number)}) for number in range(50)),
    ]
    again = [*same[::-1][:-2], item("number", {"N": "1.5"}), item("set", {"SS": ["a", "b"]})]
    left = [*same, item("type", {"N": "1"}), item("gone"), item("gone too"), item("twice"), item("twice")]
    right = [*again, item("type", {"S": "1"}), item("new"), item("twice")]
    return (
        Side("left", "snapshot", stored(folder / "left", left, per_part=20)),
        Side("right", "snapshot", stored(folder / "right", right, per_part=20)),
    )


def compared(engine: Engine, sides: tuple[Side, Side], asked: Asked, work: Path) -> Comparison:
    """What an engine finds."""
    clock: Any = None  # nothing lives
    return compare(*sides, asked, Tools(engine, clock, work))


def test_spark_and_duckdb_come_to_the_same(tmp_path: Path, session: Any) -> None:
    """One SQL text on two engines gives the same counts, for every class, keys twice, and what is planted."""
    (left, right), duck = left_and_right(tmp_path), DuckEngine()
    expected = compared(duck, (left, right), Asked(), tmp_path)
    duck.close()
    out = str(tmp_path / "found")
    counted = compare_in_spark(session, str(left.stored.path), str(right.stored.path), out=out)
    assert (counted.verdict, counted.exit_code) == ("different", 1)
    assert (counted.equal, counted.only_left, counted.only_right, counted.different) == (55, 2, 1, 1)
    assert (counted.equal, counted.only_left) == (expected.equal, expected.only_left)
    assert (counted.only_right, counted.different) == (expected.only_right, expected.different)
    assert (counted.twice, counted.planted, counted.missed) == (expected.left.twice, 21, ())
    assert sorted(row[0] for row in session.read.parquet(out).collect()) == [1, 1, 2, 3]


@pytest.mark.soak
@pytest.mark.parametrize("how", [{}, {"keys_only": True}, {"share": 0.5}], ids=["whole", "keys only", "a sample"])
def test_the_whole_result_is_the_same(how: Mapping[str, Any], tmp_path: Path, session: Any) -> None:
    """With either engine the result is the same to the byte: counts, keys twice, samples with attributes, proof."""
    sides, duck = left_and_right(tmp_path), DuckEngine()
    on_duckdb = compared(duck, sides, Asked(**how), tmp_path)
    duck.close()
    on_spark = compared(SparkEngine(session), sides, Asked(**how), tmp_path)
    assert on_spark.to_json() == on_duckdb.to_json()
    assert on_spark.proof.missed == []


@pytest.mark.soak
def test_an_empty_side_has_no_files_to_read(tmp_path: Path, session: Any) -> None:
    """A table that held nothing has no Parquet file, and is compared all the same."""
    empty, full = stored(tmp_path / "empty", []), stored(tmp_path / "full", [item("a")])
    counted = compare_in_spark(session, str(empty.path), str(full.path))
    assert (counted.equal, counted.only_right) == (0, 1)


@pytest.mark.soak
def test_what_cannot_be_compared_is_said(tmp_path: Path, session: Any) -> None:
    """A folder that is no snapshot and other keys are wrong usage; an incomplete snapshot is unverifiable."""
    whole = stored(tmp_path / "whole", [item("a")])
    with pytest.raises(UsageError, match="no snapshot"):
        compare_in_spark(session, str(whole.path), str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="keys"):
        compare_in_spark(session, str(whole.path), str(stored(tmp_path / "other", [], types=("N",)).path))
    with pytest.raises(UnverifiableError, match="not complete"):
        compare_in_spark(session, str(stored(tmp_path / "half", [], complete=False).path), str(whole.path))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyspark is not installed the error has the command that installs it."""
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(UsageError, match=r"pip install 'dynadrill\[spark\]'"):
        local_engine()


@pytest.mark.soak
def test_spark_submit_runs_the_file(tmp_path: Path) -> None:
    """spark-submit of the file itself compares, prints one line of JSON, and exits with the verdict's code."""
    import pyspark  # noqa: PLC0415 -- an extra

    home = Path(pyspark.__file__).parent
    left, right = left_and_right(tmp_path)
    settings = [part for name, value in LOCAL.items() for part in ("--conf", f"{name}={value}")]
    command = [str(home / "bin" / "spark-submit"), "--master", "local[2]", *settings, spark_job.__file__]
    done = subprocess.run(
        [*command, str(left.stored.path), str(right.stored.path)],
        env={**os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr.decode()
    assert json.loads(done.stdout)["different"] == 1


def test_nothing_listens_beyond_this_machine() -> None:
    """A local session binds to loopback and has no web page."""
    assert spark.LOCAL["spark.driver.bindAddress"] == spark.LOCAL["spark.driver.host"] == "127.0.0.1"
    assert spark.LOCAL["spark.ui.enabled"] == "false"
