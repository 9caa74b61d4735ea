"""The names of a transaction's refusals: PynamoDB sends checks, deletes, puts and updates in an order of its own."""

from collections.abc import Callable, Iterator

import pytest

from chalicelib.adapters.store.models import FollowerRow, PacketRow, ParticipantRow
from chalicelib.adapters.store.transaction import Refused, Transaction
from chalicelib.ports import Participants, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import DynamoEngine
from tests.contract.dynamodb_faults import Failure, Injected, faults
from tests.support import examples

CANCELLED = "TransactionCanceledException"
FAILED = "ConditionalCheckFailed"
CLAIM = examples.claim("o1", "a1", examples.plan().packets()[0])
STEPS = ["update", "put", "delete", "check", "put2", "check2", "update2", "delete2"]


@pytest.fixture
def injected(local: DynamoEngine) -> Iterator[Injected]:
    with faults(local.tables.connection) as hook:
        yield hook


def claiming(local: DynamoEngine) -> Participants:
    """The switches are known, as after the gate."""
    ports = local.ports("c")
    _ = ports.switches()
    return ports.participants


def test_a_claim_s_items_are_sent_in_pynamodb_s_order(local: DynamoEngine, injected: Injected) -> None:
    """If PynamoDB changes its order, the names must be changed too."""
    participants = claiming(local)
    injected.answer = Failure("ThrottlingException")
    participants.commit_claim(CLAIM)
    kinds = [kind for item in injected.requests[-1]["TransactItems"] for kind in item]
    assert kinds == ["ConditionCheck", "Delete", "Delete", "Put", "Update"]


@pytest.mark.parametrize("place", range(5))
def test_only_the_packet_s_own_place_means_gone(local: DynamoEngine, injected: Injected, place: int) -> None:
    participants = claiming(local)
    injected.answer = Failure(CANCELLED, tuple(FAILED if at == place else "None" for at in range(5)))
    expected = Verdict.PACKET_GONE if place == 1 else Verdict.REFUSED
    assert participants.commit_claim(CLAIM) is expected


@pytest.mark.parametrize("also", [0, 2, 3, 4])
def test_a_packet_gone_besides_is_a_refusal(local: DynamoEngine, injected: Injected, also: int) -> None:
    participants = claiming(local)
    injected.answer = Failure(CANCELLED, tuple(FAILED if at in (1, also) else "None" for at in range(5)))
    assert participants.commit_claim(CLAIM) is Verdict.REFUSED


def transaction(local: DynamoEngine, openid: str, failing: set[str]) -> Transaction:
    """Eight operations, each on its own row, called in a mixed order. The conditions of those in `failing` do not
    hold."""
    steps = Transaction(local.tables.connection)
    row = ParticipantRow.what

    def condition(name: str) -> object:
        return row.exists() if name in failing else row.does_not_exist()

    add: dict[str, Callable[[str], None]] = {
        "check": lambda n: steps.check(n, ParticipantRow, openid, n, condition(n)),  # type: ignore[arg-type]
        "delete": lambda n: steps.delete(n, ParticipantRow(openid, n), condition(n)),  # type: ignore[arg-type]
        "put": lambda n: steps.put(n, ParticipantRow(openid, n), condition(n)),  # type: ignore[arg-type]
        "update": lambda n: steps.update(
            n,
            ParticipantRow(openid, n),
            [ParticipantRow.spent.add(1)],
            condition(n),  # type: ignore[arg-type]
        ),
    }
    for name in STEPS:
        add[name.removesuffix("2")](name)
    return steps


@pytest.mark.parametrize("failing", [{name} for name in STEPS] + [{"update", "check2"}, set(STEPS)], ids=sorted)
def test_the_engine_s_refusals_have_the_right_names(local: DynamoEngine, openid: str, failing: set[str]) -> None:
    before = local.dump()
    with pytest.raises(Refused) as caught:
        transaction(local, openid, failing).commit()
    assert caught.value.failed == failing
    assert local.dump() == before


def test_operations_whose_conditions_hold_are_done(local: DynamoEngine, openid: str) -> None:
    transaction(local, openid, set()).commit()
    assert sorted(row.what for row in ParticipantRow.query(openid)) == ["put", "put2", "update", "update2"]


def test_each_row_is_asked_for_in_its_own_table(local: DynamoEngine, openid: str) -> None:
    """The claim's check, deletes, put and update go to three tables."""
    ports = local.ports(openid)
    claim = setup_steps.claim(ports, openid)
    assert FollowerRow.get(openid).subscribed
    assert ParticipantRow.get(f"{openid}#{openid}", "claim#a1").claim_id == claim.claim_id
    assert PacketRow.count(f"{openid}#plan00000001#00") == 0
