"""A deployment's ports for one contest, on tables that exist already."""

from random import Random

from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.store.tables import Tables
from chalicelib.ports import Clock
from tests.support import examples


def aws_ports(
    contest_id: str, tables: Tables, packets: int, rng: Random, clock: Clock = lambda: examples.NOON
) -> AwsPorts:
    """Uses one connection for everything, with time-outs long enough for a slow machine."""
    ports = AwsPorts(examples.contest(contest_id, packets), examples.SETTINGS, clock)
    tables.commit_connection = tables.callback_connection = tables.connection
    ports.tables, ports.rng = tables, rng
    return ports
