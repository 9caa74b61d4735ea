"""The ports on DynamoDB, for one contest."""

from random import Random

from pynamodb.connection import Connection

from chalicelib.adapters.store.baseline import DynamoBaseline
from chalicelib.adapters.store.control import DynamoControl
from chalicelib.adapters.store.followers import DynamoFollowers
from chalicelib.adapters.store.ledger import DynamoLedger
from chalicelib.adapters.store.notes import DynamoSavedMenu
from chalicelib.adapters.store.participants import DynamoParticipants
from chalicelib.adapters.store.payouts import DynamoPayouts
from chalicelib.adapters.store.plans import DynamoPlans
from chalicelib.adapters.store.pool import DynamoPool
from chalicelib.adapters.store.referrals import DynamoReferrals
from chalicelib.adapters.store.smoke import DynamoSmokePayments
from tests.support.instance import Ports


def dynamo_ports(contest_id: str, connection: Connection, packets: int, rng: Random) -> Ports:
    """On the tables that the models were configured for."""
    pool = DynamoPool(contest_id, packets, rng)
    return Ports(
        followers=DynamoFollowers(),
        participants=DynamoParticipants(contest_id, connection),
        referrals=DynamoReferrals(contest_id, connection),
        payouts=DynamoPayouts(contest_id, packets, connection),
        smoke=DynamoSmokePayments(contest_id, connection),
        ledger=DynamoLedger(contest_id),
        pool=pool,
        plans=DynamoPlans(contest_id, connection, pool),
        control=DynamoControl(contest_id, connection),
        saved_menu=DynamoSavedMenu(contest_id),
        baseline=DynamoBaseline(contest_id, connection),
    )
