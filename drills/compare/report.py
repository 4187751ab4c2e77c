"""A comparison as people read it."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ..quantities import format_instant
from ..report_text import LOOKS, Look, clean, fields, number_of, section
from ..values import key_label
from ..verdict import Outcome
from .kinds import DIFFERENCES, Kind
from .result import ChangeRecord, Comparison, DifferenceRecord, SideRecord, Verdict
from .showing import MASK, type_words
from .verdicts import confidence

LOOK: dict[Verdict, Look] = {
    "equal": LOOKS[Outcome.PASS],
    "different": LOOKS[Outcome.FAIL],
    "unknown": LOOKS[Outcome.UNKNOWN],
}

TAKEN_FOR = {
    "table": "a live table",
    "snapshot": "a snapshot",
    "run_snapshot": "a snapshot of a run",
    "export": "an export",
    "signature": "a signature",
    "ledger": "a run's ledger",
}

VALUE_LENGTH = 60
COUNT_WIDTH = 18


def page(comparison: Comparison) -> Group:
    """The whole report, most important first."""
    look = LOOK[comparison.verdict]
    title = Text.assemble((f"{look.sign} {comparison.verdict.upper()}", f"{look.style} bold"))
    why = Padding(Text(clean(comparison.because)), (0, 0, 0, 2))
    return Group(
        title,
        why,
        *section("WHAT WAS COMPARED", fields(_sides(comparison))),
        *section("KEYS" if comparison.classes is None else "KEYS BY CLASS", fields(_counts(comparison), COUNT_WIDTH)),
        *_samples(comparison),
        *section("HOW FAR TO TRUST IT", fields(_trust(comparison))),
    )


def _sides(comparison: Comparison) -> Iterator[tuple[str, str | Text]]:
    yield "left", _side(comparison.left)
    yield "right", _side(comparison.right)
    yield "values", "left out: keys only" if comparison.keys_only else "compared"
    for name, ignored in comparison.ignored.items():
        seen = f"in {number_of(ignored.left, 'item')} left, {number_of(ignored.right, 'item')} right"
        yield "ignored", clean(f"{name}, {seen}: {ignored.reason}")


def _side(side: SideRecord) -> str:
    parts = [f"{side.given}, taken for {TAKEN_FOR[side.taken_for]}: {side.source}"]
    if side.rows is not None:
        parts.append(number_of(side.rows, "item"))
    if side.began_at is not None and side.ended_at is not None:
        began, ended = format_instant(side.began_at), format_instant(side.ended_at)
        parts.append(f"as of {began}" if began == ended else f"read from {began} to {ended}")
    return clean(", ".join(parts))


def _counts(comparison: Comparison) -> Iterator[tuple[str, str | Text]]:
    if comparison.classes is not None:
        yield from ((name.replace("_", " "), f"{count:,}") for name, count in comparison.classes.items())
        return
    yield "equal", _count(comparison.equal)
    yield "only left", _count(comparison.only_left)
    yield "only right", _count(comparison.only_right)
    yield "different", _count(comparison.different)
    if comparison.buckets is not None:
        yield "buckets", "{differ:,} of {all:,} differ and were read".format(**comparison.buckets)


def _count(number: int | None) -> str:
    return "not counted" if number is None else f"{number:,}"


def _samples(comparison: Comparison) -> list[RenderableType]:
    parts: list[RenderableType] = []
    titles = {kind.word: kind.word.replace("_", " ").upper() for kind in DIFFERENCES}
    for name in dict.fromkeys(sample.class_ for sample in comparison.samples):
        some = [sample for sample in comparison.samples if sample.class_ == name]
        lines = [line for sample in some for line in _lines(sample)]
        title = titles.get(name, name.upper())
        parts += section(f"{title}, {len(some)} of {_number_of(comparison, name):,}", *lines)
    return parts


def _number_of(comparison: Comparison, name: str) -> int:
    if comparison.classes is not None:
        return comparison.classes[name]
    counted = {
        Kind.ONLY_LEFT.word: comparison.only_left,
        Kind.ONLY_RIGHT.word: comparison.only_right,
        Kind.DIFFERENT.word: comparison.different,
    }
    return counted[name] or 0


def _lines(sample: DifferenceRecord) -> Iterator[Text]:
    label = sample.key if sample.key.startswith(MASK) else key_label(sample.key)
    yield Text(clean(f"{label}  {sample.because}".rstrip()))
    for change in sample.changes or ():
        yield Text(clean(f"  {_change(change)}"), style="dim")


def _change(change: ChangeRecord) -> str:
    words = {"value": "value changed", "type": "type changed"}.get(change.change, change.change)
    text = f"{change.path}: {words} {type_words(change)}"
    if change.left is None and change.right is None:
        return text
    return f"{text} {_value(change.left)} -> {_value(change.right)}"


def _value(typed: object) -> str:
    if not isinstance(typed, dict):
        return "absent"
    text = str(next(iter(typed.values())))
    return text if len(text) <= VALUE_LENGTH else f"{text[:VALUE_LENGTH]}..."


def _trust(comparison: Comparison) -> Iterator[tuple[str, str | Text]]:
    proof = comparison.proof
    if proof.planted:
        yield "proof", f"{proof.caught} of {proof.planted} planted pairs and defects came to what they had to"
    for missed in proof.missed:
        yield "missed", clean(missed)
    if comparison.sample is not None:
        yield "sample", confidence(comparison.sample)
    for side in (comparison.left, comparison.right):
        if side.twice:
            copies = f"{number_of(side.twice, 'key')} of {side.given} more than once, counted once"
            yield "twice", clean(f"{copies}; {side.contradicting:,} of them with different values")
    if comparison.left.live or comparison.right.live:
        yield "settled", f"{comparison.settled:,} differed when they were read and agreed when looked at again"
        yield "moving", f"{comparison.moving:,} kept changing: whether they agree is unknown"
        if comparison.unchecked:
            yield "unchecked", f"{comparison.unchecked:,} were not looked at again"
