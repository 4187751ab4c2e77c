"""What dynadrill claims about a recovered table: one claim a file, one verb, `check`."""
