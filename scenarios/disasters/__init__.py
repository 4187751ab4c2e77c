"""Ways in which a table gets hurt: one file each, one verb, `strike`."""
