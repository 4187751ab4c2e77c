"""The manifests of an export: what it says that it holds, believed only where their checksums agree."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from pathlib import PurePosixPath
from typing import Literal, NoReturn, TypeVar

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from ..errors import UnverifiableError, UsageError
from .place import ExportPlace

SUMMARY, FILES = "manifest-summary", "manifest-files"
CHECKSUM_ENDINGS = (".md5", ".checksum")
"""The guide shows both beside the manifests; listings of real exports show `.md5`."""
AGAIN_HINT = "Download the export again, or export the table again; a damaged export cannot be mended."


class Manifest(BaseModel):
    """A line of a manifest: names as DynamoDB writes them; members that reading does not need are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class Summary(Manifest):
    """What `manifest-summary.json` says. `export_type` was not always written: then the export is a full one."""

    export_arn: str
    table_arn: str
    table_id: str
    item_count: int = Field(ge=0)
    output_format: str
    export_type: Literal["FULL_EXPORT", "INCREMENTAL_EXPORT"] = "FULL_EXPORT"
    export_time: AwareDatetime | None = None
    export_from_time: AwareDatetime | None = None
    export_to_time: AwareDatetime | None = None
    output_view: str | None = None
    s3_sse_algorithm: str | None = None


class DataFile(Manifest):
    """One line of `manifest-files.json`; `md5_checksum` is of the file as it lies there, compressed."""

    item_count: int = Field(ge=0)
    md5_checksum: str
    etag: str | None = None
    data_file_s3_key: str

    @property
    def name(self) -> str:
        """The file's own name. Its folder is fixed, and only some exports write the prefix before it."""
        return PurePosixPath(self.data_file_s3_key).name


M = TypeVar("M", bound=Manifest)


@dataclass(frozen=True)
class Export:
    """An export whose manifests are whole: where it lies, what it says of itself, and its data files."""

    place: ExportPlace
    summary: Summary
    files: tuple[DataFile, ...]

    @property
    def full(self) -> bool:
        """Whether it holds a whole table, not what changed in one."""
        return self.summary.export_type == "FULL_EXPORT"

    @property
    def kms(self) -> bool:
        """Whether its files are encrypted with a key of KMS."""
        return self.summary.s3_sse_algorithm == "KMS"

    @property
    def at(self) -> float:
        """The instant of which a full export shows the table."""
        return self._instant("exportTime", self.summary.export_time)

    @property
    def window(self) -> tuple[float, float]:
        """From when (included) to when (excluded) an incremental export shows the changes."""
        return (
            self._instant("exportFromTime", self.summary.export_from_time),
            self._instant("exportToTime", self.summary.export_to_time),
        )

    @property
    def old_images(self) -> bool:
        """Whether an incremental export shows what was there before."""
        return self.summary.output_view == "NEW_AND_OLD_IMAGES"

    def data(self) -> Iterator[tuple[ExportPlace, DataFile]]:
        """The data files, each with the folder that it is in.

        A full export has a folder of its own, incremental ones share one beside theirs; who downloads a single one may
        have put it inside.
        """
        inside, beside = self.place.folder("data"), self.place.parent().folder("data")
        for file in self.files:
            shared = not self.full and not inside.has(file.name)
            yield (beside if shared else inside), file

    def _instant(self, name: str, at: datetime | None) -> float:
        if at is None:
            _damaged(self.place, f"{SUMMARY}.json", f"it has no {name}, which every {self.summary.export_type} has")
        return at.timestamp()


def read_manifests(place: ExportPlace) -> Export:
    """The export that lies in a folder.

    Raises:
        UsageError: it is not in DynamoDB JSON.
        UnverifiableError: a manifest or its checksum is missing, damaged, or they do not agree with each other.
    """
    summary = _parsed(place, SUMMARY, _checked(place, SUMMARY), Summary)
    if summary.output_format != "DYNAMODB_JSON":
        raise UsageError(
            f"{place.name} is in the format {summary.output_format}, which is not read here",
            "Export the table again as DYNAMODB_JSON (`--export-format DYNAMODB_JSON`).",
        )
    lines = _checked(place, FILES).splitlines()
    files = tuple(_parsed(place, FILES, line, DataFile) for line in lines if line.strip())
    in_files = sum(file.item_count for file in files)
    if in_files != summary.item_count:
        _damaged(
            place,
            f"{FILES}.json",
            f"it names {in_files:,} items in {len(files):,} files, where {SUMMARY}.json says {summary.item_count:,}",
        )
    return Export(place, summary, files)


def _checked(place: ExportPlace, name: str) -> bytes:
    """A manifest's content, compared with every checksum that lies beside it; one there has to be."""
    content = _content(place, f"{name}.json")
    if content is None:
        _damaged(place, f"{name}.json", "it is missing")
    found = md5(content, usedforsecurity=False)
    accepted = (b64encode(found.digest()), found.hexdigest().encode())
    checksums = {f"{name}{ending}": _content(place, f"{name}{ending}") for ending in CHECKSUM_ENDINGS}
    written = {file: text.strip() for file, text in checksums.items() if text is not None}
    if not written:
        _damaged(place, f"{name}.json", f"its checksum is missing: neither of {' and '.join(checksums)} is there")
    for file, text in written.items():
        if text not in accepted:
            said = text.decode(errors="replace")
            _damaged(place, f"{name}.json", f"its MD5 is {accepted[0].decode()}, where {file} says {said}")
    return content


def _content(place: ExportPlace, name: str) -> bytes | None:
    try:
        with place.open(name) as file:
            return file.read()
    except FileNotFoundError:
        return None


def _parsed(place: ExportPlace, name: str, text: bytes, wanted: type[M]) -> M:
    try:
        return wanted.model_validate(orjson.loads(text))
    except (orjson.JSONDecodeError, ValidationError) as error:
        _damaged(place, f"{name}.json", f"it does not read as one: {error}")


def _damaged(place: ExportPlace, name: str, found: str) -> NoReturn:
    raise UnverifiableError(f"{name} of the export in {place.name} is not whole: {found}", AGAIN_HINT)
