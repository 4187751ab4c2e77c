"""The bad job's log: what a line may say, and what is refused with its place."""

from pathlib import Path

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.find_point.logs import read_log
from dynadrill.drills.values import ABSENT, digest


def written(folder: Path, text: str) -> Path:
    """A log of this text."""
    path = folder / "job.jsonl"
    path.write_text(text)
    return path


def test_a_line_names_key_time_and_maybe_what_was_left(tmp_path: Path) -> None:
    """Keys may be typed or bare, times are ISO 8601 or epoch seconds, and an item that is not told is not known."""
    log = written(
        tmp_path,
        '{"key": {"id": {"S": "a"}}, "at": "2026-03-05T15:00:00Z"}\n\n'
        '{"key": {"id": "b"}, "at": 1772722801.25, "item": null}\n'
        '{"key": {"id": "c"}, "at": "1772722802", "item": {"id": {"S": "c"}, "n": {"N": "1.0"}}}\n',
    )
    first, second, third = read_log(log, ["id"])
    assert (first.at, first.key, first.left) == (1_772_722_800.0, '{"id":{"S":"a"}}', None)
    assert (second.at, second.key, second.left) == (1_772_722_801.25, '{"id":{"S":"b"}}', ABSENT)
    assert third.left == digest({"id": {"S": "c"}, "n": {"N": "1"}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no write"),
        ("{", ":1 is not JSON"),
        ("[]", 'has to have "key" and "at"'),
        ('{"key": {"id": "a"}}', 'has to have "key" and "at"'),
        ('{"key": {"id": "a"}, "at": 1, "when": 2}', 'has to have "key" and "at"'),
        ('{"key": {"other": "a"}, "at": 1}', "has another key than the table's, which is id"),
        ('{"key": {"id": ["a"]}, "at": 1}', "is no text and no number"),
        ('{"key": {"id": "a"}, "at": "15:00"}', ":1: '15:00' is no time"),
        ('{"key": {"id": "a"}, "at": "2026-03-05T15:00:00"}', "it has no zone"),
        ('{"key": {"id": "a"}, "at": 1, "item": {"id": "a"}}', "is not typed as DynamoDB types it"),
    ],
)
def test_a_line_of_another_form_is_refused(text: str, said: str, tmp_path: Path) -> None:
    """What is wrong is said with the file and the line, and the hint shows a line that is right."""
    with pytest.raises(UsageError) as refused:
        read_log(written(tmp_path, text), ["id"])
    assert said in refused.value.message
    assert refused.value.hint.startswith(("A line reads", "Write ISO 8601"))


def test_a_log_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A wrong path is wrong usage."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_log(tmp_path / "none.jsonl", ["id"])
