"""The books of a large history: kept in DuckDB, in files beside the memory, with the same answers as `books.InMemory`.

SQL computes what each key may hold, the lives of what was seen, and the cut; it says which keys need a closer look,
and counts the others. The closer look is the in-memory form's, at some keys with all their writes: there is one
definition of every class, of a torn transaction and of what is lost. Memory grows with what is wrong, and with the
writes of the busiest key, not with the history.
"""
