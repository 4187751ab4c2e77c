-- An order's total is what its lines add up to.
select key, total
from items
where total <> list_sum([
    (line->>'$.pieces')::decimal(18, 2) * (line->>'$.price')::decimal(18, 2)
    for line in from_json(lines, '["json"]')
])
