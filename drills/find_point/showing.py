"""What was found, as people read it: the point first, then the curve, drawn."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ..kept_pasts import shown_boundary
from ..promise import Boundary
from ..quantities import format_duration, format_instant
from ..report_points import COUNTED, drawn
from ..report_text import clean, fields, number_of, section
from ..restore_points.curve import Candidate
from .found import Found


def page(found: Found, outline: list[Candidate]) -> RenderableType:
    """The whole page.

    Args:
        found: what was found.
        outline: the curve in a few rows.
    """
    notes = {found.best_at: "best"}
    if found.asked is not None and found.asked.point.at != found.best_at:
        notes[found.asked.point.at] = "asked"
    parts: list[RenderableType] = [*_head(found), Text(""), fields(_rows(found), 15)]
    parts += section("WHAT EACH SECOND COMES TO", drawn(outline, notes), Text(""), Text(COUNTED, style="dim"))
    if found.of == "table":
        parts += section("INSTEAD OF GOING BACK", Text(_instead(found)))
    return Group(*parts)


def _head(found: Found) -> list[RenderableType]:
    if found.cannot_because:
        sign, style, title = "✗", "bold red", f"no point can be restored: {found.cannot_because}"
    elif found.certain:
        sign, style, title = "✓", "bold green", f"go back to {format_instant(found.best_at)}"
    else:
        sign, style, title = "?", "bold magenta", f"go back to {format_instant(found.best_at)}, or earlier"
    head: list[RenderableType] = [Text(f"{sign} {title}", style=style)]
    head += [Padding(Text(clean(doubt)), (0, 0, 0, 2)) for doubt in found.doubts]
    if found.asked is not None:
        at, why = format_instant(found.asked.point.at), found.asked.refused_because
        told = f"✗ {at} is refused: {why}" if why else f"✓ {at} is before the damage"
        head.append(Text(told, style="bold red" if why else "green"))
    return head


def _rows(found: Found) -> list[tuple[str, str | Text]]:
    rows: list[tuple[str, str | Text]] = [("looked at", clean("; ".join(found.read)))]
    by = ", by the history" if found.of == "run" else ""
    rows.append(("first bad write", format_instant(found.first_bad_at) + by))
    rows.append(
        (
            "damage",
            f"{number_of(found.bad_writes, 'bad write')} to {number_of(found.damaged_keys, 'key')}; "
            + ("good writes were not seen" if found.good_writes is None else f"{found.good_writes:,} good writes seen"),
        )
    )
    exactly = f", and the source's instants to {format_duration(found.exactness_s)}" if found.exactness_s else ""
    rows.append(("boundary", shown_boundary(Boundary(*found.boundary_s)) + exactly))
    if found.clue is not None:
        rows.append(("by the clue", _clue(found)))
    if found.of == "table":
        rows.append(("window", _window(found)))
    return rows


def _clue(found: Found) -> str:
    clue = found.clue
    assert clue is not None, "there is one"
    if clue.best_at is None or clue.off_s is None:
        return f"{clean(clue.source)} does not say when it began"
    off = f"{format_duration(abs(clue.off_s))} {'later' if clue.off_s > 0 else 'earlier'} than the true one"
    same = "the same point" if clue.best_at == found.best_at else f"the point {format_instant(clue.best_at)}"
    return f"{same}; in {clean(clue.source)} the first bad write is {off if clue.off_s else 'the true one'}"


def _window(found: Found) -> str:
    if found.window is None:
        return "none: point-in-time recovery is off, or there is no such thing there"
    lag = "" if found.window.lag_s is None else f", {format_duration(found.window.lag_s)} behind"
    early = found.best_at > found.window.latest_at
    wait = "; the point is not in it yet: wait until its end has passed the point" if early else ""
    return f"{format_instant(found.window.earliest_at)} to {format_instant(found.window.latest_at)}{lag}{wait}"


def _instead(found: Found) -> str:
    return (
        "Going back loses what users wrote since. To take back the damage alone, of"
        f" {number_of(found.damaged_keys, 'key')}, and keep the good writes, drill `--recovery repair_in_place`"
        " (users keep the table they have) or `--recovery point_in_time_with_changes`. What they lose is measured"
        " there; it is not known from here."
    )
