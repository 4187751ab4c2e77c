"""The entry for `spark-submit`: two snapshots compared where they lie, at the size of a cluster.

    spark-submit .../dynadrill/drills/compare/spark_job.py s3://bucket/before s3://bucket/after --out s3://bucket/found

Prints the result as one line of JSON, and exits 0 where they are equal, 1 where they differ, 2 where it is unknown.
"""

import argparse
import runpy
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .cluster import Counted


def main(arguments: Sequence[str]) -> int:
    """Read the command line, compare, print, and answer the exit code."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 -- an extra

    from ..errors import DrillError  # noqa: PLC0415 -- relative imports need the package; see below
    from .cluster import compare_in_spark  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="spark_job.py", description=__doc__)
    parser.add_argument("left", help="a snapshot's folder, wherever Spark can read")
    parser.add_argument("right", help="the other one")
    parser.add_argument("--out", help="write every difference below this folder, as Parquet")
    parser.add_argument("--keys-only", action="store_true", help="which keys there are, and not what is under them")
    asked = parser.parse_args(arguments)
    session = SparkSession.builder.appName("dynadrill compare").getOrCreate()
    try:
        counted: Counted = compare_in_spark(session, asked.left, asked.right, keys_only=asked.keys_only, out=asked.out)
    except DrillError as error:
        sys.stderr.write(f"error: {error}\n")
        return int(error.exit_code)
    finally:
        session.stop()
    sys.stdout.write(f"{counted.to_json()}\n")
    return counted.exit_code


if __name__ == "__main__":
    if __package__:
        sys.exit(main(sys.argv[1:]))
    # spark-submit runs files, and a file has no package for its relative imports: go through the installed one.
    runpy.run_module("dynadrill.drills.compare.spark_job", run_name="__main__", alter_sys=True)
