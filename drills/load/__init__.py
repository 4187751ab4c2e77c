"""The users of a table: their operations, their pace, and the record of what they were told."""
