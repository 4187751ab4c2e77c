"""Snapshots on disk: the rows of a table as Parquet, in one file or in a folder of parts, with what they are of.

Every state that is compared comes to this form first, whether it was read from a live table, from an export or by a
drill, so that comparing knows one thing only.
"""
