"""The contest file's notice on personal data."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.config import PACKAGED, load_contest
from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import ConfigError
from chalicelib.domain.privacy import Office, Privacy, unsaid
from chalicelib.domain.transfer_rules import TransferRules
from tests.support import examples

KEPT = "kept_until = 2021-01-15T00:00:00+08:00"
SHIPPED = PACKAGED.read_text(encoding="utf-8")


def test_the_shipped_notice_lacks_only_what_the_organiser_alone_knows() -> None:
    contest = examples.contest()
    assert list(unsaid(contest.privacy, contest.office)) == ["office.phone"]
    assert not contest.privacy.keeps_former


def test_the_notice_is_one_sentence_with_the_last_day() -> None:
    until = datetime.fromisoformat("2021-01-15T00:00:00+08:00")
    said = Privacy("甲", ("答题", "发红包"), ("openid", "记录"), until, ("查阅", "删除"))
    assert said.text == "甲为答题、发红包，处理您的openid、记录，保存至2021年1月14日。您可以查阅、删除。"
    said = replace(said, kept_until=until + timedelta(hours=1))
    assert "保存至2021年1月15日。" in said.text
    assert Privacy().text == ""
    assert replace(said, kept_until=None, rights=()).text == "甲为答题、发红包，处理您的openid、记录。"


def test_both_sections_may_be_absent() -> None:
    start, end = SHIPPED.index("[privacy]"), SHIPPED.index("[prizes]")
    contest = load_contest(SHIPPED[:start] + SHIPPED[end:])
    assert (contest.privacy, contest.office) == (Privacy(), Office())
    assert list(unsaid(contest.privacy, contest.office)) == [
        *(f"privacy.{name}" for name in ("handler", "purposes", "kinds", "kept_until", "rights")),
        *(f"office.{name}" for name in ("name", "phone", "hours")),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "kept_until = 2021-01-15T00:00:00+08:00",
            "kept_until = 2020-07-15T00:00:00+08:00",
            "privacy.kept_until：须晚于",
        ),
        ("kept_until = 2021-01-15T00:00:00+08:00", "kept_until = 2021-01-15T00:00:00", "privacy.kept_until：须带时区"),
        ('rights = ["查阅和复制"', 'rights = ["", "查阅和复制"', r"privacy.rights\[1\]：须有 1 至 40 个字"),
        ('# former = "digest"', 'former = "names"', "privacy.former：须留空，或是 digest"),
        ('phone = ""', 'phone = "0517\\u0007"', "office.phone：不能有控制字符"),
    ],
)
def test_a_wrong_notice_is_refused(old: str, new: str, words: str) -> None:
    assert SHIPPED.count(old) == 1
    with pytest.raises(ConfigError, match=words):
        load_contest(SHIPPED.replace(old, new))


def test_data_are_kept_while_winners_may_still_ask_for_their_money() -> None:
    contest = examples.contest()
    until = contest.privacy.kept_until
    assert until is not None
    for later, found in ((timedelta(0), ["privacy.kept_until"]), (timedelta(seconds=-1), [])):
        assert [key for key, _ in _with_transfers(contest, until + later).faults()] == found


def _with_transfers(contest: Contest, claimable_until: object) -> Contest:
    return replace(contest, transfer=TransferRules("活动", "奖励", claimable_until))  # type: ignore[arg-type]
