"""A page of the desk's scan that the store refuses is asked for again; the scan goes on where it was."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.store.dynamo_day_scan import TRIES, DynamoDayScan
from chalicelib.adapters.store.models import ParticipantRow
from chalicelib.adapters.store.tables import Tables
from chalicelib.domain.desk.day_tally import UnitSeen
from chalicelib.domain.errors import NewerVersion, TryAgain

WHO = {"who": {"S": "c#o1"}, "what": {"S": "me"}, "unit": {"S": "区法院"}}


class Client:
    """Answers with each of these in turn; an exception is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), list[dict[str, Any]]()

    def scan(self, **operation: Any) -> Any:
        self.asked.append(dict(operation))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException"}}, "Scan")


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def scan(monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> Any:
    """Returns a scan whose client answers so."""

    def make(*answers: Any) -> tuple[DynamoDayScan, Client]:
        client = Client(*answers)
        made = DynamoDayScan("c", Tables("scan"), slept.append)
        monkeypatch.setattr("chalicelib.adapters.store.transaction._client", lambda model: client)
        return made, client

    return make


def test_after_trouble_the_same_page_is_read_again(scan: Any, slept: list[float]) -> None:
    last = {"who": {"S": "c#o1"}, "what": {"S": "me"}}
    first, second = {"Items": [WHO], "LastEvaluatedKey": last}, {"Items": [WHO]}
    made, client = scan(first, throttled(), throttled(), second)
    assert list(made.scan_people()) == [UnitSeen("c#o1", "区法院")] * 2
    assert [one.get("ExclusiveStartKey") for one in client.asked] == [None, last, last, last]
    assert len(slept) == 2


def test_lasting_trouble_ends_the_scan(scan: Any, slept: list[float]) -> None:
    made, client = scan(*(throttled() for _ in range(TRIES)))
    with pytest.raises(TryAgain):
        made.count_followers()
    assert (len(client.asked), len(slept)) == (TRIES, TRIES - 1)
    assert client.asked[0]["TableName"] != ParticipantRow.Meta.table_name


def test_a_row_of_a_newer_version_is_not_counted(scan: Any) -> None:
    made, _ = scan({"Items": [WHO | {"version": {"N": "9"}}]})
    with pytest.raises(NewerVersion):
        list(made.scan_people())
