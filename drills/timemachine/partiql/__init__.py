"""PartiQL: statements read into the same trees as expressions, and done by the same reads and writes.

Source: Developer Guide, "PartiQL: a SQL-compatible query language for Amazon DynamoDB".
"""
