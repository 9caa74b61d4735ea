"""The simulated account's own queries; check characters as in the national standards."""

import pytest

from infra.simulator.check_characters import is_credit_code, is_identity_number
from infra.simulator.credit_queries import (
    CITIZEN,
    CITIZEN_NUMBER,
    COMPANY,
    COMPANY_CODE,
    LAWYER,
    LAWYER_RECORD,
    NEWS,
    RECORD,
    WRONG_CODE,
    WRONG_NUMBER,
    Article,
    answer_query,
)


def test_the_standards_own_examples_are_valid() -> None:
    assert is_credit_code("91350100M000100Y43")
    assert is_identity_number("11010519491231002X")
    assert is_identity_number("440524188001010014")


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_character_is_noticed(place: int) -> None:
    for valid, known in (("91350100M000100Y43", is_credit_code), ("440524188001010014", is_identity_number)):
        assert known(valid)
        wrong = valid[:place] + ("1" if valid[place] != "1" else "2") + valid[place + 1 :]
        assert not known(wrong)


def test_the_made_up_ones_are_of_a_region_that_does_not_exist() -> None:
    assert is_credit_code(COMPANY_CODE)
    assert is_identity_number(CITIZEN_NUMBER)
    assert COMPANY_CODE[2:8] == CITIZEN_NUMBER[:6] == "000000"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (COMPANY, RECORD),
        (f" {COMPANY_CODE.lower()}\n", RECORD),
        (COMPANY_CODE[:-1] + "7", WRONG_CODE),
        ("示例渔业公司", "没有查到这家企业。（示例数据）"),
        ("91350100M000100Y43", "没有查到这家企业。（示例数据）"),
        (f"{CITIZEN} {CITIZEN_NUMBER}", "姓名与身份证号码一致。（示例数据）"),
        (f"{CITIZEN}\u3000{CITIZEN_NUMBER}", "姓名与身份证号码一致。（示例数据）"),
        (f"旁人{CITIZEN_NUMBER}", "姓名与身份证号码不一致。（示例数据）"),
        (f"{CITIZEN} {CITIZEN_NUMBER[:-1]}X", WRONG_NUMBER),
        (f"律师 {LAWYER}", LAWYER_RECORD),
        ("律师 旁人", "没有查到这位律师。（示例数据）"),
        ("资讯", NEWS),
        ("答题", None),
        ("", None),
    ],
)
def test_each_query_is_answered(text: str, answer: str | Article | None) -> None:
    assert answer_query(text) == answer
