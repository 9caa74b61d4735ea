"""A participant's own link and code: who gets them, when, and their content."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from chalicelib.adapters import poster
from chalicelib.adapters.qr import png
from tests.http.aws_faults import watched_aws
from tests.http.browser import Browser
from tests.http.stage import CLOSING, OPENING, PUBLIC, Stage, build, deployed_settings, small_contest, without_sharing
from tests.support.posters import BLANK
from tests.support.wechat import Call

SHARE = f"/api/share?url={quote(PUBLIC + '/', safe='')}"
CODE = "/api/share/code"
POSTER = "/api/share/poster.png"
CALLS = (SHARE, CODE, POSTER)
SIGNED = ("/api/share", "/api/sdk")
"""Calls that sign a page."""


@pytest.fixture(autouse=True)
def background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A background of this contest's posters."""
    monkeypatch.setattr(poster, "BACKGROUNDS", tmp_path)
    file = poster.background_file(small_contest())
    file.write_bytes(BLANK)
    return file


def share(person: Browser, url: str = PUBLIC + "/") -> str:
    """Returns the person's share link."""
    return str(person.get(f"/api/share?url={quote(url, safe='')}").json["link"])


def test_what_the_page_needs_to_share(stage: Stage) -> None:
    answer = stage.person("alice").get(SHARE)
    referral, body = stage.services.contest.referral, answer.json
    assert body["title"] == f"{stage.services.contest.theme} · 信用知识竞赛"
    assert body["description"] == referral.description
    assert body["image_url"] == f"{PUBLIC}/static/share.png"
    assert body["qr_url"] == f"{PUBLIC}{CODE}"
    assert body["poster_url"] == f"{PUBLIC}{POSTER}"
    assert body["sdk"]["appId"] == stage.services.settings.app_id
    assert body["sdk"]["timestamp"] == int(stage.now.timestamp())
    assert answer.header("cache-control") == "no-store"


def test_the_link_names_the_sharer_to_nobody_else(stage: Stage) -> None:
    openid = "oSecretOpenidOfAlice00000001"
    link = share(stage.person(openid))
    assert re.fullmatch(PUBLIC + "/s/[0-9A-Za-z_-]{1,64}", link)
    assert openid not in link
    assert share(stage.visitor(openid)) == link != share(stage.person("bob"))


@pytest.mark.parametrize("call", CALLS)
def test_only_while_the_contest_is_open(stage: Stage, call: str) -> None:
    stage.now = OPENING
    assert stage.browser().get(call).outcome == (401, "not_signed_in")
    assert stage.person("alice").get(call).status == 200
    stage.wait(milliseconds=-1)
    assert stage.visitor("alice").get(call).outcome == (403, "contest_not_open")
    stage.now = CLOSING
    assert stage.visitor("alice").get(call).outcome == (403, "contest_closed")
    stage.wait(seconds=-6)
    person = stage.visitor("alice")
    assert person.get(call).status == 200
    stage.pause(True)
    assert person.get(call).outcome == (503, "contest_paused")


@pytest.mark.parametrize("moment", [OPENING.replace(year=2019), OPENING, CLOSING])
def test_sharing_can_be_off(moto_tables: str, moment: object) -> None:
    stage = build(deployed_settings(moto_tables), without_sharing())
    person = stage.person("alice")
    for call in CALLS:
        assert person.get(call).outcome == (404, "sharing_off")
    shown = person.get("/api/contest").json
    assert (shown["referral"], shown["referral_show"]) == ("off", "neutral")
    assert stage.wechat.scenes == []


@pytest.mark.parametrize("call", SIGNED)
def test_only_pages_of_ours_are_signed(stage: Stage, call: str) -> None:
    person = stage.person("alice")
    host = PUBLIC.removeprefix("https://")
    others = [
        "", "/", host, PUBLIC[:-1], f"http://{host}/", f"{PUBLIC}:8443/", f"{PUBLIC}:443@evil.example/",
        f"{PUBLIC}@evil.example/", f"{PUBLIC}:pass@evil.example/", f"https://user@{host}/", f"https://user:pass@{host}/",
        f"{PUBLIC}.evil.example/", f"{PUBLIC}evil.example", f"https://evil.example/{PUBLIC}/",
        f"https://evil.example/#{PUBLIC}/", f"https://evil.example?{PUBLIC}/", f"https://{host.upper()}/",
        f" {PUBLIC}/",
        f"{PUBLIC}\\@evil.example", f"{PUBLIC}/ ", f"{PUBLIC}/\n", f"{PUBLIC}\n/", f"{PUBLIC}/\x00", f"{PUBLIC}/答",
        f"//{host}/", f"javascript:{PUBLIC}/", f"{PUBLIC}/" + "x" * 2000, "[", "https://[", "null",
    ]  # fmt: skip
    for url in others:
        assert person.get(f"{call}?url={quote(url, safe='')}").outcome == (400, "bad_request"), url
    for query in ("", f"?url={quote(PUBLIC + '/', safe='')}&url=x", "?url=%ff"):
        assert person.get(call + query).outcome == (400, "bad_request"), query


@pytest.mark.parametrize(
    "path", ["", "/", "/?e=x", "?a=1", "/?from=singlemessage&isappinstalled=0", "/#record", "#@evil"]
)
def test_a_page_of_ours_is_signed_up_to_its_fragment(stage: Stage, path: str) -> None:
    person = stage.person("alice")
    for call in SIGNED:
        sdk = person.get(f"{call}?url={quote(PUBLIC + path, safe='')}").json["sdk"]
        assert sdk == stage.ports.account.sign_page(PUBLIC + path.partition("#")[0], sdk["timestamp"], sdk["nonceStr"])


def test_a_page_is_signed_at_any_time_for_whoever_is_signed_in(moto_tables: str) -> None:
    """Winners may ask for their money after unfollowing, in a closed contest, and if sharing is off."""
    stage = build(deployed_settings(moto_tables), without_sharing())
    call = f"/api/sdk?url={quote(PUBLIC + '/', safe='')}"
    stage.now = CLOSING
    answer = stage.visitor("alice").get(call)
    assert answer.status == 200
    assert answer.header("cache-control") == "no-store"
    assert stage.browser().get(call).outcome == (401, "not_signed_in")


def test_the_code_is_a_picture_of_the_address_that_wechat_made(stage: Stage) -> None:
    person = stage.person("alice")
    answer = person.get(CODE, Accept="image/webp,image/apng,image/*,*/*;q=0.8")
    assert answer.header("content-type") == "image/png"
    assert answer.header("cache-control") == "private, max-age=600"
    ((scene, permanent),) = stage.wechat.scenes
    assert share(person) == f"{PUBLIC}/s/{scene}"
    assert not permanent
    assert answer.body == png("http://weixin.qq.com/q/1")


def test_the_code_is_made_once(stage: Stage) -> None:
    person = stage.person("alice")
    stage.wechat.silent.add(Call.CODE)
    assert person.get(CODE).outcome == (503, "try_again")
    stage.wechat.silent.clear()
    first = person.get(CODE).body
    assert [stage.visitor("alice").get(CODE).body for _ in range(2)] == [first, first]
    assert len(stage.wechat.scenes) == 1
    assert stage.person("bob").get(CODE).body != first


def test_whatever_a_client_accepts_it_gets_the_picture(stage: Stage) -> None:
    """`*/*` is what WeChat's servers and WebViews without a list of their own send."""
    person = stage.person("alice")
    for accepted in ("*/*", "application/json", "image/webp,image/*", ""):
        assert person.get(CODE, Accept=accepted).body == png("http://weixin.qq.com/q/1")


def test_the_poster_has_the_same_code(stage: Stage) -> None:
    person = stage.person("alice")
    answer = person.get(POSTER, Accept="*/*")
    assert (answer.status, answer.header("content-type")) == (200, "image/png")
    assert answer.header("cache-control") == "private, max-age=600"
    assert answer.body == poster.poster(BLANK, "http://weixin.qq.com/q/1")
    with watched_aws() as aws:
        assert person.get(CODE).body == png("http://weixin.qq.com/q/1")
        calls = aws.dynamodb()
        assert person.get(POSTER).body == answer.body
        assert aws.dynamodb() == calls == ["GetItem"]
    assert len(stage.wechat.scenes) == 1


def test_without_its_background_there_is_no_poster(stage: Stage, background: Path) -> None:
    """As in a deployment that the build did not make; or the contest file is another since it was drawn."""
    background.rename(background.with_name("of-another-contest-file.png"))
    person = stage.person("alice")
    assert person.get(SHARE).json["poster_url"] is None
    assert person.get(POSTER).outcome == (404, "not_found")
    assert person.get(CODE).status == 200
