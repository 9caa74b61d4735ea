"""Importing the followers of an active account: within WeChat's 500 calls a day, and without losing anybody."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from chalicelib import wiring
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.operator_log import LogEntry
from chalicelib.usecases.import_followers import FollowerImport
from tests.http.callback_client import CallbackClient
from tests.operator.conftest import Office, office_on
from tests.support.examples import CLOSES, OPENS, contest
from tests.support.simulated_wechat import SimulatedWeChat, simulated_wechat
from tests.support.wechat import Call

CALLS_A_DAY = 500
PAGE = 10_000


# How many calls


@dataclass
class Pages:
    """An account with this many followers."""

    followers_in_all: int
    calls: int = 0

    def followers_page(self, after: str) -> tuple[list[str], str]:
        self.calls += 1
        start = int(after or 0)
        page = [str(number + 1) for number in range(start, min(start + PAGE, self.followers_in_all))]
        return page, page[-1] if page else ""


@dataclass
class Count:
    """A baseline that only counts."""

    taken: int = 0
    after: str = ""
    moves: list[str] = field(default_factory=list)

    def import_openids(self, openids: Sequence[str]) -> None:
        self.taken += len(openids)

    def import_position(self) -> str:
        return self.after

    def move_import(self, after: str) -> None:
        self.after = after
        self.moves.append(after)


@pytest.mark.parametrize("followers", [0, 1, PAGE, PAGE + 1, 1_000_000])
def test_a_million_followers_within_the_days_calls(followers: int) -> None:
    pages, baseline = Pages(followers), Count()
    told: list[int] = []
    log: list[LogEntry] = []
    follower_import = FollowerImport(contest(), pages, baseline, lambda: OPENS.replace(month=6), log.append)
    imported = follower_import.import_followers(told.append, "wang")
    assert imported == baseline.taken == followers
    assert pages.calls == -(-followers // PAGE) + 1 <= CALLS_A_DAY
    assert told == sorted(told)
    assert [(entry.who, entry.new) for entry in log] == [("wang", "begun"), ("wang", f"{followers} imported")]


# With everything real except WeChat


@dataclass
class Interrupted:
    """WeChat, whose page number `at` is preceded by what `happens`."""

    wechat: SimulatedWeChat
    at: int
    happens: Callable[[], None]

    def __call__(self) -> None:
        if self.wechat.asked.count(Call.FOLLOWERS) == self.at:
            self.happens()


@pytest.fixture
def office(
    dynamodb_endpoint: str,
    new_tables: Callable[[], str],
    environment: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Office]:
    """Before opening, on DynamoDB Local."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
    with simulated_wechat(followers_page=PAGE) as wechat:
        made = office_on(new_tables(), capsys, wechat)
        made.before_opening()
        yield made
    wiring.install(None)


def in_between(office: Office, monkeypatch: pytest.MonkeyPatch, at: int, happens: Callable[[], None]) -> None:
    """Just before WeChat answers its page number `at`, or just behind the one before."""
    take = office.services.ports.baseline.import_openids
    interrupted = Interrupted(office.wechat, at, happens)

    def taking(openids: Sequence[str]) -> None:
        interrupted()
        take(openids)

    monkeypatch.setattr(office.services.ports.baseline, "import_openids", taking)


def hear(office: Office, kind: Kind, openid: str) -> None:
    office.services.conversation.answer_message(IncomingMessage(kind, openid, int(office.stage.now.timestamp())))


def test_25_000_followers_while_the_account_lives(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    openids = office.wechat.add_followers(25_000)
    left_before, left_between, on_last_page = openids[5], openids[15_000], openids[-1]
    comes = "oNewcomer"

    def meanwhile() -> None:
        for openid in (left_before, left_between):
            hear(office, Kind.UNFOLLOW, openid)
        hear(office, Kind.FOLLOW, comes)

    in_between(office, monkeypatch, 2, meanwhile)  # page 2 has been read, and is not taken yet
    told = office("import-followers", "--yes")
    assert told.status == 0, told
    assert "已导入 25000 位关注者" in told.out
    assert office.wechat.asked.count(Call.FOLLOWERS) == 4
    followers = office.services.ports.followers
    assert office.wechat.asked.count(Call.TOKEN) == 1
    for openid, following in ((openids[0], True), (left_before, False), (left_between, False), (on_last_page, True)):
        found = followers.find_follower(openid)
        assert found, openid
        assert (found.subscribed, found.first_follow_at) == (following, 0), openid
    newcomer = followers.find_follower(comes)
    assert newcomer
    assert (newcomer.subscribed, newcomer.early) == (True, True)
    again = office.done("import-followers")
    assert "已导入 0 位关注者" in again, "it goes on where it was"


def test_an_import_that_broke_off_goes_on_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    openids = office.wechat.add_followers(PAGE + 100)

    def breaks() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        in_between(office, patch, 2, breaks)
        assert "已中断" in office.failed("import-followers")
    assert office.services.ports.followers.find_follower(openids[-1]) is None
    office.wechat.will_fail(Call.FOLLOWERS, 45009)
    assert "次数" in office.failed("import-followers")
    office.wechat.will_answer(Call.FOLLOWERS, ["no page"])
    assert "没有应答" in office.failed("import-followers")
    assert "已导入 100 位关注者" in office.done("import-followers")
    assert office.services.ports.followers.find_follower(openids[-1])
    late = office.wechat.add_followers(3)
    assert "已导入 3 位关注者" in office.done("import-followers"), "who came since"
    assert office.services.ports.followers.find_follower(late[-1])


def test_again_takes_everything_once_more_and_changes_nothing(office: Office) -> None:
    openids = office.wechat.add_followers(250)
    office.done("import-followers")
    hear(office, Kind.UNFOLLOW, openids[3])
    before = [office.services.ports.followers.find_follower(openid) for openid in openids]
    assert "已导入 250 位关注者" in office.done("import-followers", "--again")
    assert [office.services.ports.followers.find_follower(openid) for openid in openids] == before


def test_the_imported_are_no_newcomers_and_may_take_part(office: Office) -> None:
    (openid,) = office.wechat.add_followers(1)
    office.done("import-followers")
    office.stage.now = OPENS
    key = f"qrscene_{office.services.ports.share_codes.make_share_code('sharer')}"
    fields = {"Event": "subscribe", "EventKey": key, "Ticket": "T"}
    callback = CallbackClient(office.stage)
    assert callback.post(callback.sealed(callback.message(openid, "event", **fields))).status == 200
    assert office.services.ports.participants.read_participation("sharer").me.chances.granted == 1
    assert office.stage.visitor(openid).post("/api/attempts").status == 201


def test_once_the_contest_is_open_it_is_too_late(office: Office) -> None:
    office.wechat.add_followers(1)
    for moment in (OPENS, CLOSES):
        office.stage.now = moment
        assert "必须在开始之前完成" in office.failed("import-followers")
    assert office.wechat.asked == []
