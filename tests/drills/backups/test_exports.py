"""What is read back from an export is what was exported, or an error."""

import gzip
from base64 import b64encode
from hashlib import md5
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from dynadrill.drills.backups.exports import bucket_name, changes
from dynadrill.drills.errors import RecoveryFailedError

RECORDS = [
    {
        "Metadata": {"WriteTimestampMicros": {"N": "1500000"}},
        "Keys": {"id": {"S": "a"}},
        "NewImage": {"id": {"S": "a"}},
    },
    {"Metadata": {"WriteTimestampMicros": "2500000"}, "Keys": {"id": {"S": "b"}}, "OldImage": {"id": {"S": "b"}}},
]
DESCRIBED = {"ExportManifest": "AWSDynamoDB/01/manifest-summary.json"}


def exported(count: int = 2, spoil: bytes = b"") -> Any:
    """Tools whose bucket holds an export of two records; its file may be spoiled, its count wrong."""
    packed = gzip.compress(b"".join(orjson.dumps(record) + b"\n" for record in RECORDS))
    listed = {"itemCount": count, "md5Checksum": b64encode(md5(packed).digest()).decode(), "dataFileS3Key": "data/1"}
    files = {
        "AWSDynamoDB/01/manifest-summary.json": orjson.dumps({"manifestFilesS3Key": "files"}),
        "files": orjson.dumps(listed) + b"\n",
        "data/1": packed + spoil,
    }
    s3 = SimpleNamespace(get_object=lambda Bucket, Key: {"Body": BytesIO(files[Key])})  # noqa: N803
    return SimpleNamespace(table="dynadrill-0-Orders", service=lambda _: s3)


def test_both_spellings_of_a_stamp_are_read() -> None:
    """The guide's bare string and the typed number of real exports are the same instant; missing images are None."""
    first, second = changes(exported(), DESCRIBED)
    assert (first.written_at, first.old, first.new) == (1.5, None, {"id": {"S": "a"}})
    assert (second.written_at, second.old, second.new) == (2.5, {"id": {"S": "b"}}, None)


@pytest.mark.parametrize(("how", "said"), [({"spoil": b"x"}, "MD5"), ({"count": 3}, "2 records, where 3")])
def test_files_that_are_not_what_the_manifest_says(how: Any, said: str) -> None:
    """A data file with another checksum or count is an error, and nothing is written back from it."""
    with pytest.raises(RecoveryFailedError, match=said):
        list(changes(exported(**how), DESCRIBED))


@pytest.mark.parametrize("table", ["dynadrill-0-Orders", "dynadrill-0-My_table.of-2026", "dynadrill-0-" + "x" * 90])
def test_any_table_has_a_bucket(table: str) -> None:
    """A bucket's name is made of the table's, in lower-case letters, digits and hyphens, with the run's prefix."""
    name = bucket_name(SimpleNamespace(table=table))  # type: ignore[arg-type]
    assert 3 <= len(name) <= 63
    assert name.startswith("dynadrill-0-")
    assert all(letter.islower() or letter.isdigit() or letter == "-" for letter in name)
