"""What dead runs have left behind: found, priced, removed, and proved to be gone."""
