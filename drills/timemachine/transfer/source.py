"""The records in the objects of an import or a bulk put: lines of DynamoDB JSON or Ion, or rows of CSV.

Sources: Developer Guide, "Amazon S3 import formats for DynamoDB".
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from ..blueprint import Shape
from . import ion_reader
from .storage import StoredFile

COMPRESSIONS = ("GZIP", "ZSTD", "NONE")
DELIMITERS = ",;:|\t "


class UnreadableError(Exception):
    """An object is not compressed as the request says, or is no UTF-8."""


class Record(NamedTuple):
    """One record of an object: its members, or why there are none.

    Args:
        file_key: the object's key.
        number: the record's place in the object, from 1.
        members: what it holds; `Item` is the item.
        problem: why it cannot be read, else empty.
    """

    file_key: str
    number: int
    members: Shape
    problem: str = ""


class Csv(NamedTuple):
    """How CSV is read: the delimiter, the columns' names where the files have none, and the types of key attributes."""

    delimiter: str
    headers: Sequence[str] | None
    types: Mapping[str, str]


def content_of(file: StoredFile, compression: str) -> bytes:
    """An object's content, unpacked.

    Raises:
        UnreadableError: it is not compressed so.
    """
    try:
        match compression:
            case "GZIP":
                return gzip.decompress(file.content)
            case "ZSTD":
                return _zstd(file.content)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(f"{file.key} is not {compression}: {error}") from None
    return file.content


def _zstd(content: bytes) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - large, and seldom needed

    with pa.input_stream(pa.BufferReader(content), compression="zstd") as stream:
        unpacked: bytes = stream.read()
    return unpacked


def line_records(file: StoredFile, content: bytes, input_format: str) -> Iterator[Record]:
    """Lines of DynamoDB JSON, `{"Item": {...}}`, or of Ion, `{Item: {...}}`; empty lines are none."""
    read = ion_reader.item_in if input_format == "ION" else orjson.loads
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            members = read(line.decode())
        except ValueError as error:
            yield Record(file.key, number, {}, f"not {input_format}: {error}")
            continue
        if isinstance(members, dict) and isinstance(members.get("Item"), dict):
            yield Record(file.key, number, members)
        else:
            yield Record(file.key, number, {}, 'the line is no structure with an "Item"')


def csv_records(file: StoredFile, content: bytes, form: Csv) -> Iterator[Record]:
    """Rows of CSV: values are strings, but those of key attributes, which have the types that are declared."""
    try:
        rows = enumerate(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=form.delimiter), 1)
        headers = form.headers if form.headers is not None else next(rows, (0, []))[1]
        for number, row in rows:
            if not row:
                continue
            if len(row) != len(headers):
                problem = f"the row has {len(row)} columns, and the header {len(headers)}"
                yield Record(file.key, number, {}, problem)
                continue
            item = {name: {form.types.get(name, "S"): cell} for name, cell in zip(headers, row, strict=True)}
            yield Record(file.key, number, {"Item": item})
    except (UnicodeDecodeError, csv.Error) as error:
        yield Record(file.key, 0, {}, f"not CSV: {error}")


def records(files: Iterable[StoredFile], compression: str, form: Csv | str) -> Iterator[tuple[Record, int]]:
    """Every record of some objects, and how many bytes its object has unpacked, said with the first one of each.

    Args:
        files: the objects.
        compression: how all of them are compressed.
        form: `DYNAMODB_JSON`, `ION`, or how CSV is read.
    """
    for file in files:
        try:
            content = content_of(file, compression)
        except UnreadableError as error:
            yield Record(file.key, 0, {}, str(error)), len(file.content)
            continue
        found = line_records(file, content, form) if isinstance(form, str) else csv_records(file, content, form)
        size = len(content)
        for record in found:
            yield record, size
            size = 0


def csv_form(options: Mapping[str, Any], types: Mapping[str, str]) -> Csv:
    """How a request wants CSV to be read."""
    asked = options.get("Csv") or {}
    return Csv(asked.get("Delimiter") or ",", asked.get("HeaderList"), types)
