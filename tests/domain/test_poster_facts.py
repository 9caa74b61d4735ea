"""What a poster says: neither money nor the sharer, unless the organiser promises the chance; and its digest."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.contest import Contest, ReferralShow
from chalicelib.domain.poster_facts import poster_facts

CONTEST = load_contest_file(PACKAGED)
PROMISING = replace(CONTEST, referral=replace(CONTEST.referral, show=ReferralShow.CHANCE))


def test_what_it_says() -> None:
    facts = poster_facts(CONTEST)
    assert (facts.theme, facts.seal, facts.period) == ("与信用同行 筑梦新时代", "信", "2020年7月8日00:00至7月14日24时")
    assert facts.slogan == "一起学信用知识，做诚信市民。"
    assert "长按识别" in facts.press
    assert facts.steps == (("关注公众号", "苏信服"), ("随机10道题", "30分钟内答完"), ("答对5题", "即为达标"))
    assert len(facts.organisers) == 3


def test_money_is_promised_only_where_the_organiser_wants_it() -> None:
    assert not [word for word in ("红包", "奖", "元", "现金") if word in str(asdict(poster_facts(CONTEST)))]
    assert poster_facts(PROMISING).steps[-1] == ("答对5题", "抽取现金红包")


@pytest.mark.parametrize(
    "changed",
    [
        PROMISING,
        replace(CONTEST, contest=replace(CONTEST.contest, theme="另一主题")),
        replace(CONTEST, contest=replace(CONTEST.contest, account="另一公众号")),
        replace(CONTEST, quiz=replace(CONTEST.quiz, pass_mark=6)),
        replace(CONTEST, window=replace(CONTEST.window, closes_at=CONTEST.window.closes_at + timedelta(minutes=1))),
        replace(CONTEST, page=replace(CONTEST.page, organisers=CONTEST.page.organisers[:1])),
    ],
)
def test_each_change_of_what_it_says_has_a_digest_of_its_own(changed: Contest) -> None:
    assert poster_facts(changed).digest != poster_facts(CONTEST).digest


def test_other_changes_keep_the_drawn_background() -> None:
    richer = replace(CONTEST, prizes=replace(CONTEST.prizes, packets=1))
    assert poster_facts(richer).digest == poster_facts(CONTEST).digest
