"""Export to S3, import from S3 and the bulk load into an existing table."""
