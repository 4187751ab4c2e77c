"""Which keys may have lost a write, in SQL; which writes those are is said by `loss` itself."""

from ..books import Place
from .admissible import number

Bounds = tuple[float, float] | None


def keys_that_lost(place: Place, scope: str, seen_at: float, bounds: Bounds, asked_after: float | None = None) -> str:
    """A query for the keys with a good acknowledged write that is lost, or was on its way within the bounds.

    Args:
        place: which snapshot the writes should be found in.
        scope: of which writes one can be lost, as SQL.
        seen_at: when the snapshot began: by then TTL may have deleted an item.
        bounds: as `loss.bounds` says.
        asked_after: where only writes that were asked later count.
    """
    since, by = (number(bound) for bound in bounds) if bounds else (number(float("inf")), number(float("-inf")))
    late = "true" if asked_after is None else f"asked > {number(asked_after)}"
    return f"""
        with good_ones as (select id, digest, asked, told, outcome, expires from writes where good and {scope}),
        shown as (select id, digest as seen from rows where snapshot = '{place}'),
        causes as (
            select id, max(coalesce(told, 'inf' :: double)) as shown_until
            from good_ones left join shown using (id)
            where outcome <> 'fail'
                and (digest = coalesce(seen, ''::blob) or (seen is null and expires <= {number(seen_at)}))
            group by id
        )
        select distinct id, false as together from good_ones left join causes using (id)
        where outcome = 'ok' and {late}
            and (asked > coalesce(shown_until, '-inf' :: double) or (asked <= {by} and told > {since}))
    """
