"""Spark as the engine: the same SQL over the same files, for tables that outgrow one machine.

Needs pyspark, the extra `spark`; on EMR and Glue it is there already, and with it what reads `s3://`.
"""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
from pydantic import ValidationError

from ..errors import UnverifiableError, UsageError
from ..snapshots.about import About
from ..snapshots.folder import AGAIN_HINT, MANIFEST
from .engine import FOUND_COLUMNS, Halves, no_rows
from .findings import Relation

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

INSTALL_HINT = "pip install 'dynadrill[spark]' brings it; it needs Java 17 or later."

TYPES = {pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.string(): "STRING"}

MOST_VALUES = 1000
"""So many rows are laid as a list in SQL."""

LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
    "spark.sql.session.timeZone": "UTC",
}
"""On one machine nothing is shown and nothing listens beyond it."""


class SparkEngine:
    """A session of Spark.

    Args:
        session: which does the SQL.
        owned: whether it ends with the engine.
    """

    name = "spark"

    def __init__(self, session: "SparkSession", *, owned: bool = False) -> None:
        self._session = session
        self._owned = owned
        self._kept: dict[str, DataFrame] = {}

    def show(self, view: str, files: Sequence[str]) -> None:
        """See `Engine.show`."""
        if not files:
            self.lay(view, no_rows())
            return
        self._session.read.schema(_schema(no_rows().schema)).parquet(*files).createOrReplaceTempView(view)

    def lay(self, view: str, rows: pa.Table) -> None:
        """See `Engine.lay`."""
        rows_of_it = list(zip(*(column.to_pylist() for column in rows.columns), strict=True))
        if 0 < rows.num_rows <= MOST_VALUES and set(rows.schema.types) == {pa.int64()}:
            # Spark would start a process of Python's to read a list of rows, which takes seconds.
            values = ", ".join(f"({', '.join(f'{number}L' for number in row)})" for row in rows_of_it)
            made = self._session.sql(f"SELECT * FROM VALUES {values} AS laid({', '.join(rows.column_names)})")
        elif not rows_of_it:
            nothing = ", ".join(f"CAST(NULL AS {TYPES[field.type]}) AS {field.name}" for field in rows.schema)
            made = self._session.sql(f"SELECT {nothing} WHERE 1 = 0")
        else:
            made = self._session.createDataFrame(rows_of_it, _schema(rows.schema))
        made.createOrReplaceTempView(view)

    def keep(self, view: str, sql: str) -> None:
        """See `Engine.keep`; what is kept spills to the executors' disks."""
        if view in self._kept:
            self._kept.pop(view).unpersist()
        self._kept[view] = self._session.sql(sql).persist()
        self._kept[view].createOrReplaceTempView(view)

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """See `Engine.rows`."""
        try:
            yield from self._session.sql(sql).toLocalIterator()
        except _spark_errors() as error:
            raise UnverifiableError(f"Spark could not compare: {type(error).__name__}: {error}", AGAIN_HINT) from error

    def find(self, view: str, keys: Sequence[Halves]) -> Iterator[tuple[Any, ...]]:
        """See `Engine.find`."""
        if keys:
            highs = ", ".join(str(high) for high, _ in keys)
            yield from self.rows(f"SELECT {FOUND_COLUMNS} FROM {view} WHERE key_high IN ({highs})")

    def write(self, sql: str, place: str) -> None:
        """Write what a query answers as a folder of Parquet files, wherever Spark can write."""
        self._session.sql(sql).write.parquet(place)

    def relation(self, place: str) -> Relation:
        """A snapshot's folder, wherever Spark can read: `/data/before`, `s3://bucket/before`.

        Raises:
            UsageError: there is none.
            UnverifiableError: its manifest cannot be read.
        """
        manifest = f"{place.rstrip('/')}/{MANIFEST}"
        try:
            text = self._session.read.text(manifest, wholetext=True).collect()[0][0]
        except _spark_errors() as error:
            raise UsageError(f"{place} is no snapshot: {MANIFEST} cannot be read there", str(error)) from error
        try:
            about = About.model_validate(orjson.loads(text))
        except (ValidationError, orjson.JSONDecodeError) as error:
            raise UnverifiableError(f"{manifest} cannot be read: {error}", AGAIN_HINT) from error
        return Relation([f"{place.rstrip('/')}/{name}" for name in about.parts], about)

    def close(self) -> None:
        """See `Engine.close`."""
        for kept in self._kept.values():
            kept.unpersist()
        self._kept.clear()
        if self._owned:
            self._session.stop()


def local_engine() -> SparkEngine:
    """Spark on this machine, with all its cores; a session that is there already is used, and left.

    Raises:
        UsageError: pyspark is not installed, or finds no Java.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise UsageError("the engine spark needs pyspark, which is not installed", INSTALL_HINT) from error
    there = SparkSession.getActiveSession()
    if there is not None:
        return SparkEngine(there)
    builder: Any = SparkSession.builder
    try:
        session = builder.master("local[*]").appName("dynadrill compare").config(map=LOCAL).getOrCreate()
    except Exception as error:
        raise UsageError(f"Spark does not start: {error}", INSTALL_HINT) from error
    session.sparkContext.setLogLevel("ERROR")
    return SparkEngine(session, owned=True)


def _schema(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} {TYPES[field.type]}" for field in schema)


def _spark_errors() -> tuple[type[Exception], ...]:
    from py4j.protocol import Py4JError  # noqa: PLC0415 -- an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415

    return (PySparkException, Py4JError)
