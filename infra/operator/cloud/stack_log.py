"""Writes the operators' log of a deployment whose services cannot be made: its functions or secrets may be missing."""

from datetime import UTC, datetime
from functools import partial

from pynamodb.connection import Connection

from chalicelib.adapters.store.dynamo_log import append_log
from chalicelib.adapters.store.tables import Tables
from chalicelib.config import contest_path, load_contest_file
from chalicelib.domain.operator_log import LogEntry
from infra.operator.cloud import stored_data
from infra.operator.cloud.aws_clients import Clients

now = partial(datetime.now, UTC)


def log_stack_act(clients: Clients, prefix: str, entry: LogEntry) -> None:
    """Appends the entry where there is a table for it, which `down --delete-data` removes. Raises TryAgain."""
    if f"{prefix}-books" in stored_data.tables(clients, prefix):
        Tables(prefix)
        region = clients("dynamodb").meta.region_name
        append_log(Connection(region=region), load_contest_file(contest_path()).id, entry)
