"""The lines of a data file, read only after the file has been found to be the one that its manifest names."""

import gzip
import zlib
from base64 import b64encode
from collections.abc import Iterator
from hashlib import md5
from typing import Any, BinaryIO, NamedTuple

import orjson

from ..errors import UnverifiableError
from .manifest import AGAIN_HINT, DataFile
from .place import ExportPlace

CHUNK = 1 << 20


class Line(NamedTuple):
    """One record of a data file, and where it stands: for errors."""

    record: dict[str, Any]
    where: str


def lines_of(place: ExportPlace, file: DataFile, *, kms: bool) -> Iterator[Line]:
    """The records of a data file, one after the other.

    Args:
        place: the folder that it is in.
        file: what the manifest says of it.
        kms: whether it is encrypted with a key of KMS; its ETag then says nothing of its content (Amazon S3 API
            Reference, "Object").

    Raises:
        UnverifiableError: it is missing, or its MD5, its ETag, its compression, its lines or their count are not what
            they should be. Nothing is given out before MD5 and ETag agree.
    """
    name = f"{place.name}/{file.name}"
    try:
        opened = place.open(file.name)
    except FileNotFoundError as error:
        raise UnverifiableError(f"data file {name} is missing: the manifest names it", AGAIN_HINT) from error
    with opened as content:
        _check(content, file, name, kms=kms)
        content.seek(0)
        yield from _records(content, file, name)


def _check(content: BinaryIO, file: DataFile, name: str, *, kms: bool) -> None:
    found = md5(usedforsecurity=False)
    size = 0
    while chunk := content.read(CHUNK):
        found.update(chunk)
        size += len(chunk)
    checksum = b64encode(found.digest()).decode()
    if checksum != file.md5_checksum:
        raise _damaged(name, f"its MD5 is {checksum} over {size:,} bytes, where the manifest says {file.md5_checksum}")
    etag = None if kms else _etag(found.digest(), file.etag)
    if etag is not None and etag != file.etag:
        raise _damaged(name, f"its ETag would be {etag}, where the manifest says {file.etag}")


def _etag(digest: bytes, written: str | None) -> str | None:
    """What S3 gives a file as ETag, for the forms that follow from its MD5; None for others.

    A file put in one piece has its MD5, one uploaded in a single part the MD5 of that and `-1`; of several parts
    nobody knows the sizes.
    """
    if written is None:
        return None
    whole, dash, parts = written.partition("-")
    if len(whole) != 2 * len(digest) or (dash and parts != "1"):
        return None
    return md5(digest, usedforsecurity=False).hexdigest() + "-1" if dash else digest.hex()


def _records(content: BinaryIO, file: DataFile, name: str) -> Iterator[Line]:
    count = 0
    try:
        with gzip.open(content) as lines:
            for count, line in enumerate(lines, start=1):
                where = f"line {count:,} of {name}"
                if count > file.item_count:
                    raise _damaged(name, f"it has more lines than the {file.item_count:,} items of the manifest")
                yield Line(_record(line, where), where)
    except (EOFError, OSError, zlib.error) as error:
        raise _damaged(name, f"it cannot be decompressed: {error}") from error
    if count != file.item_count:
        raise _damaged(name, f"it has {count:,} items, where the manifest says {file.item_count:,}")


def _record(line: bytes, where: str) -> dict[str, Any]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UnverifiableError(f"{where} is not JSON: {error}", AGAIN_HINT) from error
    if not isinstance(record, dict):
        raise UnverifiableError(f"{where} is not a record: it begins {line[:40]!r}", AGAIN_HINT)
    return record


def _damaged(name: str, found: str) -> UnverifiableError:
    return UnverifiableError(f"data file {name} is not whole: {found}", AGAIN_HINT)
