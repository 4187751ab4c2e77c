"""The cut, in SQL: the instants at which each key may have held what is seen, and what most of them have in common.

The lives are those of `ledger.lives`, and what is made of them is what `cut.measure_cut` makes.
"""

from collections.abc import Iterable, Iterator

from ..cut import NO_VOTE, SMALLEST_SPREAD_S, Cut, Span, narrowest_window
from ..diff import Diff
from .tables import AT_ONCE, Tables

FOREVER = "'inf' :: double"

SPANS = f"""
create or replace temp table spans as
with physical as (
    select id, digest, asked, told, outcome, expires from writes
    where place = $source and id not in (select id from silent)
), shown as (
    select id, coalesce(rows.digest, ''::blob) as seen
    from (select distinct id from physical)
    left join (select id, digest from rows where snapshot = 'restored') as rows using (id)
), closers as (
    select id, asked, min(told) over (partition by id order by asked range between current row and unbounded following)
        as told_first
    from physical where outcome = 'ok'
), begun as (
    select id, asked, coalesce(told, {FOREVER}) as told, expires, digest
    from physical join shown using (id) where outcome <> 'fail' and (digest = seen or seen = ''::blob)
    union all
    select id, -{FOREVER}, -{FOREVER}, null, ''::blob from shown where seen = ''::blob
), lives as (
    select begun.id, begun.digest, begun.asked as from_at, expires, coalesce(told_first, {FOREVER}) as to_at
    from begun asof left join closers on begun.id = closers.id and begun.told < closers.asked
), open as (
    select id, from_at, to_at from lives join shown using (id) where digest = seen
    union all
    select id, greatest(from_at, expires), to_at from lives join shown using (id)
    where seen = ''::blob and expires < to_at
), islands as (
    select *, from_at > max(to_at) over (partition by id order by from_at, to_at
        rows between unbounded preceding and 1 preceding) as apart from open
), numbered as (
    select *, count(*) filter (apart) over (partition by id order by from_at, to_at rows unbounded preceding) as island
    from islands
)
select id, min(from_at) as from_at, max(to_at) as to_at from numbered group by id, island
"""
"""Of each key the instants at which it may have held what is seen, as spans that do not touch."""

MOST_ALLOWED = """
with steps as (
    select instant, sum(step) as step
    from (select from_at as instant, 1 as step from spans union all select to_at, -1 from spans) group by instant
), counted as (
    select instant, sum(step) over (order by instant) as standing, lead(instant) over (order by instant) as next_one
    from steps
)
select instant, next_one, standing from counted
where standing = (select max(standing) from counted) and next_one is not null order by instant
"""
"""The spans that most keys allow, and how many those are."""


def measure_cut(tables: Tables, source: str, compared: Diff) -> Cut | None:
    """Measure the restore point of a table from everybody's writes to the table it was restored from."""
    run = tables.run
    run("create or replace temp table silent (id integer)")
    for keys in _silent(compared):
        run("insert into silent select id from keys where key in (select unnest(?))", [keys])
    run(SPANS, {"source": source})
    voters = int(tables.one("select count(distinct id) from spans"))
    if not voters:
        return None
    allowed = tables.query(MOST_ALLOWED)
    agreeing = int(allowed[0][2])
    spread_s = 0.0
    if agreeing < voters:
        spread_s = max(narrowest_window(_by_start(tables), voters), SMALLEST_SPREAD_S)
    return Cut(tuple(_joined((from_at, to_at) for from_at, to_at, _ in allowed)), spread_s, voters, agreeing)


def _silent(compared: Diff) -> Iterator[list[str]]:
    keys = [finding.key for item_class in NO_VOTE for finding in compared.findings.get(item_class, ())]
    for first in range(0, len(keys), AT_ONCE):
        yield keys[first : first + AT_ONCE]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, of which those that touch become one."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1][1] == span[0]:
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


def _by_start(tables: Tables) -> Iterator[tuple[float, float, int]]:
    """All spans by their beginning, each with the number of its key."""
    answer = tables.run("""
        select from_at, to_at, dense_rank() over (order by id) - 1 as voter from spans order by from_at, to_at, voter
    """)
    while rows := answer.fetchmany(AT_ONCE):
        yield from rows
