"""Comparing two states of a table: which keys are on one side only, which values differ, and in which attributes.

Both sides are stored snapshots by the time they come here. An engine (DuckDB, or Spark) joins their keys and digests by
one SQL text; what follows, from the planted defects to the attributes that differ, is the same whichever it was.
"""
