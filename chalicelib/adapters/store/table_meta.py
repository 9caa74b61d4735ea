"""What every model of a table says of its connection; `configure` in `connect.py` puts table and place in."""

CONNECT_SECONDS, READ_SECONDS, RETRIES = 1.0, 2.0, 2
"""PynamoDB's own defaults (15 s, 30 s) would outlast the request."""
CALLBACK_CONNECT_SECONDS, CALLBACK_READ_SECONDS = 0.5, 0.7
"""For the writes of a follow or unfollow: WeChat waits 5 s, and an event that is not stored must still be queued."""


class TableMeta:
    table_name = ""
    region = "us-east-1"
    host: str | None = None
    connect_timeout_seconds = CONNECT_SECONDS
    read_timeout_seconds = READ_SECONDS
    max_retry_attempts = RETRIES
