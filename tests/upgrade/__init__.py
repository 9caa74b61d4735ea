"""The data that one version leaves in mid-week, read by another version."""
