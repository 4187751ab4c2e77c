"""Exports to S3, read into stored snapshots: full ones, and incremental ones applied over a base.

Source of the format: Amazon DynamoDB Developer Guide, "DynamoDB table export output format". Nothing of an export is
believed before its checksums and counts have been compared with its manifests.
"""
