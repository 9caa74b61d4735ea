"""Other rules in the contest file change every text that a participant can see: no text has a rule of its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.config import PACKAGED, load_contest
from chalicelib.domain.contest import Contest
from chalicelib.domain.conversation import KEY_PREFIX
from chalicelib.domain.wording import Topic
from tests.http.callback_client import CallbackClient
from tests.http.stage import Stage, build, deployed_settings
from tests.http.test_share import SHARE

WEB = PACKAGED.parent / "web"
CHANGES = {
    "theme = ": 'theme = "知法守法"',
    "account = ": 'account = "学法苑"',
    "announced_at = ": "announced_at = 2020-08-01T00:00:00+08:00",
    "opens_at = ": "opens_at = 2020-09-03T08:40:00+08:00",
    "closes_at = ": "closes_at = 2020-10-01T00:00:00+08:00",
    "draw_size = ": "draw_size = 12",
    "pass_mark = ": "pass_mark = 7",
    "attempt_minutes = ": "attempt_minutes = 25",
}
FORMER = ("与信用同行 筑梦新时代", "苏信服", "7月", "8日", "14日", "15日", "10题", "10道", "5题", "30分钟", "零时")
PRESENT = ("知法守法", "学法苑", "9月3日08:40", "9月30日24时", "12题", "12道", "7题", "25分钟")
OPENID = "oOpenidOfAlice0000000000001"


def changed() -> Contest:
    lines = PACKAGED.read_text(encoding="utf-8").splitlines()
    for begins, line in CHANGES.items():
        (number,) = (number for number, old in enumerate(lines) if old.startswith(begins))
        lines[number] = line
    return load_contest("\n".join(lines))


@pytest.fixture
def stage(moto_tables: str) -> Stage:
    return build(deployed_settings(moto_tables), changed(), plan=False)


def replies(stage: Stage) -> Iterator[str]:
    """All of the account's replies to a follower, and the names on its menu."""
    client = CallbackClient(stage)
    answers = [client.event(OPENID, "subscribe"), client.event(OPENID, "SCAN", EventKey="x", Ticket="t")]
    answers += [client.text(OPENID, word) for word in stage.services.contest.replies.by_word]
    answers += [client.event(OPENID, "CLICK", EventKey=KEY_PREFIX + topic) for topic in Topic]
    yield from (client.reply(answer)["Content"] for answer in answers)


def seen(stage: Stage) -> Iterator[str]:
    """The texts in each phase and in a pause."""
    window = stage.services.contest.window
    for now in (window.announced_at, window.opens_at, window.closes_at):
        stage.now = now
        person = stage.person(OPENID)
        contest = person.get("/api/me").json["contest"]
        yield from (*contest["how"], contest["theme"], contest["account"])
        yield from person.get("/api/contest").json["rules"]
        yield from replies(stage)
        if now == window.opens_at:
            shared = person.get(SHARE).json
            yield from (shared["title"], shared["description"])
            yield from posted(stage)
            stage.pause(True)
            yield from replies(stage)


def posted(stage: Stage) -> Iterator[str]:
    """The texts that the account sends by itself: the message to a sharer, and its menu."""
    assert stage.services.notices.notify_sharer(OPENID)
    stage.services.menus.publish_contest_menu()
    ((_, text),) = stage.wechat.messages
    yield from (text, json.dumps(stage.wechat.shown_menu, ensure_ascii=False))


def test_every_text_follows_the_rules(stage: Stage) -> None:
    texts = list(seen(stage))
    assert len(texts) > 80
    assert [(said, former) for said in texts for former in FORMER if former in said] == []
    together = "\n".join(texts)
    assert [fact for fact in PRESENT if fact not in together] == []
    assert not set("{}") & set("".join(said for said in texts if not said.startswith("{")))


def sources() -> list[Path]:
    found = [path for kind in ("js", "html", "css") for path in WEB.rglob(f"*.{kind}")]
    assert found
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.name)
def test_the_page_itself_says_no_rule(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if not line.lstrip().startswith(("/*", "*", "//"))]
    assert [(line, former) for line in said for former in FORMER if former in line] == []
