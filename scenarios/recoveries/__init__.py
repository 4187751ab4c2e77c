"""Ways back: one file each, two verbs, `arm` before the disaster and `recover` after it."""
