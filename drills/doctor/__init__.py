"""Whether this machine, an account and its tables are fit for a drill: one line each, and one fix where not."""
