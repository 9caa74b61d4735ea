"""A fault at every call to an outside party: one claim, one payment, clean books, nothing stuck (I1 to I6)."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.proof.answers import CODES, after_answer
from tests.proof.boundary import Fault
from tests.proof.faults import DOCUMENT, matrix, table, written, written_table
from tests.proof.site import Site, site
from tests.proof.ways import WAYS, Way
from tests.support.engines import fresh_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="module")
def here(dynamodb: "DynamoDBClient", dynamodb_endpoint: str) -> Iterator[Site]:
    logging.disable(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch, fresh_tables(dynamodb) as prefix:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
        with site(prefix) as made:
            yield made
    logging.disable(logging.NOTSET)


def test_the_document_has_the_matrixs_form() -> None:
    rows = written()
    assert table(rows) == written_table()
    assert list(dict.fromkeys(way for way, _, _ in rows)) == [way.name for way in WAYS]


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_the_document_says_what_the_matrix_gives(here: Site, way: Way, fault: Fault) -> None:
    said = [(name, call, {fault: cells[fault]}) for name, call, cells in written() if name == way.name]
    assert matrix(here, [way], [fault]) == said, f"run `python -m tests.proof.faults --write`: {DOCUMENT}"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("code", CODES)
def test_whatever_wechat_pay_answers_it_pays_once_or_waits_for_a_person(here: Site, code: str, when: str) -> None:
    after_answer(here, code, when)
