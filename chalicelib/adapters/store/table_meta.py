"""Connection settings of every model; `Tables` (`tables.py`) sets the table's name, region and endpoint."""

CONNECT_SECONDS, READ_SECONDS, RETRIES = 1.0, 2.0, 2
"""PynamoDB's own defaults (15 s, 30 s) would outlast the request."""
CALLBACK_CONNECT_SECONDS, CALLBACK_READ_SECONDS = 0.5, 0.7
"""For writes of a follow or unfollow: WeChat waits 5 s, and within that time an event that was not stored must be
queued."""


class TableMeta:
    table_name = ""
    region = "us-east-1"
    host: str | None = None
    connect_timeout_seconds = CONNECT_SECONDS
    read_timeout_seconds = READ_SECONDS
    max_retry_attempts = RETRIES
