"""Where a drill runs: one implementation of the target seam for three places."""
