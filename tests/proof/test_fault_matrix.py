"""A fault at every call to an outside party: one claim, one payment, clean books, nothing stuck (I1 to I6)."""

import logging
from collections.abc import Iterator
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from tests.proof.client_faults import Fault
from tests.proof.fault_case import SharedSetup, shared_setup
from tests.proof.fault_matrix import DOCUMENT, matrix, table, written, written_table
from tests.proof.payout_scenarios import SCENARIOS, Scenario
from tests.proof.send_answers import CODES, check_send_answer
from tests.support.engines import fresh_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="module")
def shared(dynamodb: "DynamoDBClient", dynamodb_endpoint: str) -> Iterator[SharedSetup]:
    logging.disable(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch, fresh_tables(dynamodb) as prefix:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
        with shared_setup(prefix) as made:
            yield made
    logging.disable(logging.NOTSET)


def test_the_document_has_the_matrixs_form() -> None:
    rows = written()
    assert table(rows) == written_table()
    assert list(dict.fromkeys(scenario for scenario, _, _ in rows)) == [scenario.name for scenario in SCENARIOS]


def _cases() -> list[tuple[Scenario, Fault]]:
    """One of the two faults after which the most is in doubt, in turn; `make soak` repeats the whole document."""
    return list(zip(SCENARIOS, cycle((Fault.LOST, Fault.KILLED_AFTER)), strict=False))


@pytest.mark.parametrize(("scenario", "fault"), _cases(), ids=lambda part: getattr(part, "name", part))
def test_the_document_says_what_the_matrix_gives(shared: SharedSetup, scenario: Scenario, fault: Fault) -> None:
    documented = [(name, call, {fault: cells[fault]}) for name, call, cells in written() if name == scenario.name]
    assert matrix(shared, [scenario], [fault]) == documented, (
        f"run `python -m tests.proof.fault_matrix --write`: {DOCUMENT}"
    )


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("code", CODES)
def test_whatever_wechat_pay_answers_it_pays_once_or_waits_for_a_person(
    shared: SharedSetup, code: str, when: str
) -> None:
    check_send_answer(shared, code, when)
