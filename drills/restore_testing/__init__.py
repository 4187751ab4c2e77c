"""A validator for AWS Backup restore testing, which restores tables on a schedule and validates nothing itself."""
