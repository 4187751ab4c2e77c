"""Between tables and S3: exports, imports into a new table, bulk puts into one that is there."""
