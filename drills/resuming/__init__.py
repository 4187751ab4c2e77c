"""Going on with what was broken off: a check at the wait it was in, a drill not at all; what cannot go on is swept."""
