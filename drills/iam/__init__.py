"""What IAM has to allow: needs of calls, policies that say so, and whether one does."""
