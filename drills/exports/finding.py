"""Which export is meant where a folder is named: the folder's own, or the only one below it."""

import re

from ..errors import UnverifiableError, UsageError
from .manifest import SUMMARY, Export, read_manifests
from .place import ExportPlace

ROOT = "AWSDynamoDB"
EXPORT_ID = re.compile(r"\d{10,}-[0-9a-f]+\Z")
"""What DynamoDB calls an export's folder: milliseconds and a random word, `01693685827463-2d8752fd`."""


def is_export(place: ExportPlace) -> bool:
    """Whether a folder is an export's, or has some below it: what `find_export` would look at."""
    return _begun(place) or bool(_below(place))


def find_export(place: ExportPlace) -> Export:
    """The export in a folder, or the only one below it.

    Raises:
        UsageError: there is none, or there are several.
        UnverifiableError: it did not end, or its manifests are not whole.
    """
    if _begun(place):
        return _read(place)
    found = _below(place)
    if not found:
        raise UsageError(
            f"there is no export in {place.name}: it has no {SUMMARY}.json, and no folder below it has one",
            f"Name an export's own folder: PREFIX/{ROOT}/EXPORT_ID.",
        )
    if len(found) > 1:
        names = ", ".join(each.name for each in found)
        raise UsageError(f"there are {len(found)} exports in {place.name}: {names}", "Name the folder of one.")
    return _read(found[0])


def _read(place: ExportPlace) -> Export:
    if not place.has(f"{SUMMARY}.json"):
        raise UnverifiableError(
            f"the export in {place.name} began and did not end: it has no {SUMMARY}.json",
            "Wait until DescribeExport says COMPLETED, or download the export whole.",
        )
    return read_manifests(place)


def _begun(place: ExportPlace) -> bool:
    return place.has(f"{SUMMARY}.json") or place.has("_started")


def _below(place: ExportPlace) -> list[ExportPlace]:
    roots = [place, place.folder(ROOT)]
    return [root.folder(name) for root in roots for name in root.folders() if EXPORT_ID.match(name)]
