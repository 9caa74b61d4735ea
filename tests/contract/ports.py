"""The ports on DynamoDB, for one contest."""

from random import Random

from pynamodb.connection import Connection

from chalicelib.adapters.dynamodb.baseline import DynamoBaseline
from chalicelib.adapters.dynamodb.control import DynamoControl
from chalicelib.adapters.dynamodb.followers import DynamoFollowers
from chalicelib.adapters.dynamodb.ledger import DynamoLedger
from chalicelib.adapters.dynamodb.notes import DynamoSavedMenu
from chalicelib.adapters.dynamodb.participants import DynamoParticipants
from chalicelib.adapters.dynamodb.payouts import DynamoPayouts
from chalicelib.adapters.dynamodb.plans import DynamoPlans
from chalicelib.adapters.dynamodb.pool import DynamoPool
from chalicelib.adapters.dynamodb.referrals import DynamoReferrals
from chalicelib.adapters.dynamodb.smoke import DynamoSmokePayments
from tests.fakes.instance import Ports


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
