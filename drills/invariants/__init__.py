"""A person's own invariants of a table's items: a Python function, or a query that must find no row."""
