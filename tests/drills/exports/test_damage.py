"""Damaged exports: whatever is missing, cut, altered or added is an error that names the file."""

import gzip
from collections.abc import Callable
from hashlib import md5
from pathlib import Path
from random import Random

import pytest
from dynadrill.drills.errors import DrillError, UnverifiableError
from dynadrill.drills.exports.place import FolderPlace
from dynadrill.drills.exports.reading import read_export
from dynadrill.drills.snapshots.folder import StoredSnapshot

from .forged import Entry, item, manifest, write_export
from .world import World, rows

MANIFESTS = [f"manifest-{name}.{ending}" for name in ("summary", "files") for ending in ("json", "md5", "checksum")]
LINES = [item("a") + item("b"), item("c")]


def read(folder: Path, into: Path) -> StoredSnapshot:
    """The snapshot of an export of items with a text `id`."""
    return read_export(FolderPlace(folder), into, key_attributes=("id",))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A downloaded export, as the time machine writes them."""
    world = World()
    for number in range(40):
        world.put(f"k{number}", str(number))
    return world.download(tmp_path_factory.mktemp("files"), world.full())


def altered(path: Path, position: int, random: Random) -> bytes:
    """A file's content with one byte that is another."""
    content = bytearray(path.read_bytes())
    content[position] ^= random.randrange(1, 256)
    return bytes(content)


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_byte_of_a_manifest_counts(exported: Path, tmp_path: Path, name: str) -> None:
    """Wherever a byte of a manifest or of a checksum is another, the export is not read, and the manifest is named."""
    path = exported / name
    right = path.read_bytes()
    random = Random(1)
    try:
        for position in {0, len(right) - 1, *random.choices(range(len(right)), k=100)}:
            path.write_bytes(altered(path, position, random))
            with pytest.raises(UnverifiableError, match=name.partition(".")[0]):
                read(exported, tmp_path / "snapshot")
            path.write_bytes(right)
    finally:
        path.write_bytes(right)


@pytest.mark.parametrize("number", range(4))
def test_a_byte_of_a_data_file_counts(exported: Path, tmp_path: Path, number: int) -> None:
    """Wherever a byte of a data file is another, at its ends or between, the file is named and nothing is written."""
    path = sorted((exported / "data").iterdir())[number]
    right = path.read_bytes()
    random = Random(number)
    try:
        for position in {0, len(right) - 1, *random.choices(range(len(right)), k=20)}:
            path.write_bytes(altered(path, position, random))
            with pytest.raises(UnverifiableError, match=path.name) as caught:
                read(exported, tmp_path / f"{position}")
            assert "its MD5 is" in caught.value.message
            assert not (tmp_path / f"{position}").exists()
            path.write_bytes(right)
    finally:
        path.write_bytes(right)


def cut(content: bytes) -> bytes:
    """A file whose end did not arrive."""
    return content[:-9]


def doubled(content: bytes) -> bytes:
    """A file to which another one was appended: gzip reads them as one."""
    return content + gzip.compress(item("x"))


@pytest.mark.parametrize("change", [cut, doubled, lambda _: b""])
@pytest.mark.parametrize("pattern", ["data/*", "manifest-files.json", "manifest-summary.json"])
def test_a_file_that_is_cut_or_longer(tmp_path: Path, pattern: str, change: Callable[[bytes], bytes]) -> None:
    """A truncated, emptied or lengthened file is an error that names it."""
    folder = write_export(tmp_path / "export", LINES)
    path = min(folder.glob(pattern))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(UnverifiableError, match=path.name):
        read(folder, tmp_path / "snapshot")


@pytest.mark.parametrize("name", ["manifest-files.json", "manifest-files.md5", "manifest-summary.md5", "data"])
def test_a_file_that_is_missing(tmp_path: Path, name: str) -> None:
    """A file that is not there is an error that names it; a manifest without any checksum is one, too."""
    folder = write_export(tmp_path / "export", LINES)
    path = sorted((folder / name).iterdir())[1] if name == "data" else folder / name
    path.unlink()
    with pytest.raises(UnverifiableError, match="is missing") as caught:
        read(folder, tmp_path / "snapshot")
    assert path.stem in caught.value.message


def more(entry: Entry, _: bytes) -> Entry:
    """Says one item more than there is."""
    return {**entry, "itemCount": entry["itemCount"] + 1}


def fewer(entry: Entry, _: bytes) -> Entry:
    """Says one item less than there is."""
    return {**entry, "itemCount": entry["itemCount"] - 1}


def wrong_part_etag(entry: Entry, content: bytes) -> Entry:
    """The ETag of another file that was uploaded in one part."""
    return {**entry, "etag": md5(md5(content + b"x").digest()).hexdigest() + "-1"}


def wrong_etag(entry: Entry, content: bytes) -> Entry:
    """The ETag of another file that was put in one piece."""
    return {**entry, "etag": md5(content + b"x").hexdigest()}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (more, "has 2 items, where the manifest says 3"),
        (fewer, "has more lines than the 1 items"),
        (wrong_part_etag, "its ETag would be"),
        (wrong_etag, "its ETag would be"),
    ],
)
def test_what_a_manifest_says_of_a_file_holds(
    tmp_path: Path, entry: Callable[[Entry, bytes], Entry], said: str
) -> None:
    """Counts and ETags are compared although all checksums of the manifests agree."""
    folder = write_export(tmp_path / "export", LINES, entry=entry)
    with pytest.raises(UnverifiableError, match=said):
        read(folder, tmp_path / "snapshot")


@pytest.mark.parametrize("etag", ["d41d8cd98f00b204e9800998ecf8427e-2", "something else", None])
def test_an_etag_that_says_nothing_is_passed_over(tmp_path: Path, etag: str | None) -> None:
    """Of several parts nobody knows the sizes, so nobody can work their ETag out: the MD5 alone decides."""
    folder = write_export(tmp_path / "export", LINES, entry=lambda entry, _: {**entry, "etag": etag})
    assert len(rows(read(folder, tmp_path / "snapshot"))) == 3


def test_under_a_key_of_kms_the_etag_says_nothing(tmp_path: Path) -> None:
    """With SSE-KMS an ETag is no MD5."""
    folder = write_export(tmp_path / "export", LINES, entry=wrong_etag, s3SseAlgorithm="KMS")
    assert len(rows(read(folder, tmp_path / "snapshot"))) == 3


def test_the_counts_of_both_manifests_agree(tmp_path: Path) -> None:
    """A manifest of files from which a line is gone does not go with the summary."""
    folder = write_export(tmp_path / "export", LINES)
    lines = (folder / "manifest-files.json").read_bytes().splitlines(keepends=True)
    manifest(folder, "manifest-files", lines[0])
    with pytest.raises(UnverifiableError, match="names 2 items in 1 files, where manifest-summary"):
        read(folder, tmp_path / "snapshot")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (b'{"Item":{"id":{"S":"a"}}\n', "is not JSON"),
        (b"[]\n", "is not a record"),
        (b'{"Item":[]}\n', "should hold one `Item`"),
        (b'{"Item":{"id":{"S":"a"}},"Other":{}}\n', "and holds Item, Other"),
        (b'{"Keys":{"id":{"S":"a"}}}\n', "and holds Keys"),
        (item("a") + item("b") + item("a"), "a is there 2 times"),
        (b'{"Item":{"id":{"S":"a"}}}\n{"Item":{"id":{"N":"1"}}}\n', "has a key of type N, where those before have S"),
        (b'{"Item":{"id":{"S":"\\ud800"}}}\n', "is not JSON"),
        (b'{"Item":{"id":{"S":"a"},"n":{"N":"many"}}}\n', "not DynamoDB's typed JSON"),
        (b'{"Item":{"id":{"S":"a"},"n":{"N":1}}}\n', "not DynamoDB's typed JSON"),
        (b'{"Item":{"id":{"S":"a"},"b":{"B":"a b"}}}\n', "not DynamoDB's typed JSON"),
        (b'{"Item":{"id":{"S":"a"},"b":"c"}}\n', "not DynamoDB's typed JSON"),
        (b'{"Item":{"id":{"S":"a"},"m":{"M":{"n":{}}}}}\n', "not DynamoDB's typed JSON"),
    ],
)
def test_lines_that_are_no_items(tmp_path: Path, lines: bytes, said: str) -> None:
    """Where all checksums agree, lines still have to be items of one table, each key once."""
    folder = write_export(tmp_path / "export", [lines])
    with pytest.raises(UnverifiableError, match=said):
        read(folder, tmp_path / "snapshot")


@pytest.mark.parametrize("packed", [lambda lines: gzip.compress(lines)[:-3], lambda lines: lines])
def test_a_data_file_that_was_written_damaged(tmp_path: Path, packed: Callable[[bytes], bytes]) -> None:
    """What is no whole gzip is an error even where the manifest agrees with it."""
    folder = write_export(tmp_path / "export", LINES, packed=packed)
    with pytest.raises(UnverifiableError, match="cannot be decompressed"):
        read(folder, tmp_path / "snapshot")


@pytest.mark.parametrize("summary", [{"exportTime": None}, {"tableArn": None}, {"exportTime": "2023-09-02 20:17:07"}])
def test_a_summary_without_what_is_needed(tmp_path: Path, summary: dict[str, str | None]) -> None:
    """A manifest that lacks a member, or has a time without a zone, is named."""
    folder = write_export(tmp_path / "export", LINES, **summary)
    with pytest.raises(DrillError, match=r"manifest-summary\.json") as caught:
        read(folder, tmp_path / "snapshot")
    assert isinstance(caught.value, UnverifiableError)


@pytest.mark.parametrize("key", ["{name}", "AWSDynamoDB/x/data/{name}", "p/q/AWSDynamoDB/x/data/{name}"])
def test_data_files_are_found_whatever_is_written_before_their_names(tmp_path: Path, key: str) -> None:
    """Some exports name their files with the prefix and some without; the guide's examples do both."""

    def entry(right: Entry, _: bytes) -> Entry:
        return {**right, "dataFileS3Key": key.format(name=right["dataFileS3Key"].rpartition("/")[2])}

    folder = write_export(tmp_path / "export", LINES, entry=entry)
    stored = read(folder, tmp_path / "snapshot")
    assert len(rows(stored)) == 3
    assert stored.about.ended_at == pytest.approx(1693685827.463)


def bare_when_empty(lines: bytes) -> bytes:
    """A file of nothing has no byte."""
    return gzip.compress(lines) if lines else b""


def in_members(lines: bytes) -> bytes:
    """Each line compressed by itself."""
    return b"".join(gzip.compress(line) for line in lines.splitlines(keepends=True))


@pytest.mark.parametrize("packed", [bare_when_empty, in_members])
def test_files_of_other_makes(tmp_path: Path, packed: Callable[[bytes], bytes]) -> None:
    """An empty partition's file may be empty altogether, and gzip may come in several members."""
    folder = write_export(tmp_path / "export", [*LINES, b""], packed=packed)
    assert len(rows(read(folder, tmp_path / "snapshot"))) == 3
