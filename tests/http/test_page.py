"""The page and its files, the contest for everyone, and the health check."""

import os
import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from chalicelib.adapters.http.page_document import page_document
from chalicelib.adapters.http.page_files import page_files
from chalicelib.config import PACKAGED
from infra.local.proxy_event import HttpRequest
from tests.http.browser import Answer
from tests.http.stage import OPENING, Stage

FILES = sorted(set(page_files()) - {"index.html"})
SCRIPTS = [name for name in FILES if name.endswith(".js")]
FOREVER = "public, max-age=31536000, immutable"


def test_the_page_and_what_it_may_load(bare_stage: Stage) -> None:
    answer = bare_stage.browser().get("/")
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert answer.body == str(page_document(bare_stage.services.contest).body).encode()
    assert answer.header("cache-control") == "no-cache"
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in answer.header("content-security-policy").split(";"))
    assert (policy["default-src"], policy["base-uri"], policy["frame-ancestors"]) == ("'self'", "'none'", "'none'")
    (style,), (script,) = (_inlined(answer, tag) for tag in ("style", "script"))
    # WeChat's JS-SDK, and no other script of others.
    assert policy["script-src"] == f"'self' {script} https://res.wx.qq.com https://res2.wx.qq.com"
    assert policy["style-src"] == f"'self' {style}"
    assert "unsafe" not in answer.header("content-security-policy")


def _inlined(answer: Answer, tag: str) -> list[str]:
    """The sources that a policy needs for the page's own styles or scripts."""
    texts = re.findall(f"<{tag}>(.*?)</{tag}>", answer.body.decode(), re.DOTALL)
    return [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts]


@pytest.mark.parametrize(
    "target", ["/", "/api/contest", "/api/me", "/static/share.png", "/oauth/start", "/nothing", "/wechat", "/healthz"]
)
def test_every_answer_has_the_security_headers(bare_stage: Stage, target: str) -> None:
    for answer in (bare_stage.browser().get(target), bare_stage.browser().put(target, {})):
        assert answer.header("strict-transport-security") == "max-age=31536000"
        assert answer.header("x-content-type-options") == "nosniff"
        assert "camera=()" in answer.header("permissions-policy")


def test_an_unknown_address_leads_a_person_to_the_page(bare_stage: Stage) -> None:
    browser = bare_stage.browser()
    answer = browser.get("/quiz.html", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (answer.status, answer.header("location"), answer.body) == (302, "/", b"")
    for accept in ("*/*", "image/webp,*/*"):
        assert browser.get("/favicon.ico", Accept=accept).json["error"]["code"] == "not_found"


def content(name: str) -> bytes:
    body = page_files()[name].body
    return body if isinstance(body, bytes) else body.encode()


def test_the_page_is_of_one_build(bare_stage: Stage) -> None:
    page = content("index.html").decode()
    assert [name.split("-")[0] for name in SCRIPTS] == ["app", "desk", "menu", "more", "quiz"]
    app, _, *parts = SCRIPTS
    assert re.findall(r"/static/[^\"]+", page) == [f"/static/{app}"]
    assert sorted(re.findall(r"/static/[^\"]+", content(app).decode())) == [f"/static/{part}" for part in parts]


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_served_and_not_sent_twice(bare_stage: Stage, name: str) -> None:
    browser = bare_stage.browser()
    answer = browser.get(f"/static/{name}")
    assert answer.body == content(name)
    assert answer.header("cache-control") == (FOREVER if name.endswith((".js", ".css")) else "public, max-age=300")
    tag = answer.header("etag")
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = browser.get(f"/static/{name}", If_None_Match=known)
        assert (again.status, again.body, again.header("etag")) == (304, b"", tag)
    for other in ("", '"x"', tag[:-2] + '"', tag.strip('"')):
        assert browser.get(f"/static/{name}", If_None_Match=other).status == 200


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_page_of_another_build_gets_the_present_file_and_may_not_cache_it(bare_stage: Stage, name: str) -> None:
    browser = bare_stage.browser()
    present = browser.get(f"/static/{name}")
    other = browser.get(f"/static/{name.split('-')[0]}-0123456789ab.js")
    assert (other.status, other.body, other.header("etag")) == (200, present.body, present.header("etag"))
    assert other.header("cache-control") == "no-cache"
    assert other.header("content-type") == "text/javascript; charset=utf-8"


def test_the_picture_beside_shared_links(bare_stage: Stage) -> None:
    browser = bare_stage.browser()
    browsers = ("image/avif,image/webp,image/apng,*/*;q=0.8", "image/png", "image/webp,image/tpg,image/*", "text/html")
    for accepted in ("*/*", "*/*;q=0.8", "", *browsers):
        answer = browser.get("/static/share.png", Accept=accepted)
        assert answer.header("content-type") == "image/png"
        assert answer.body[16:24] == (300).to_bytes(4, "big") * 2
        assert len(answer.body) < 10_000


@pytest.mark.parametrize("target", ["/", "/static/share.png", "/api/contest", "/healthz", "/api/me"])
def test_a_client_need_not_say_what_it_accepts(bare_stage: Stage, target: str) -> None:
    answer = bare_stage.gateway.answer(HttpRequest("GET", target, []))
    said = bare_stage.browser().get(target)
    assert (answer.status, answer.body) == (said.status, said.body)


def test_other_files_are_not_found(bare_stage: Stage) -> None:
    browser = bare_stage.browser()
    for name in (
        "nothing.js", "index.html", "app.js", "quiz.js", "style.css", "sources.sha256", "nothing-0123456789ab.js",
        "app-0123456789ab.css", "app-0123456789abc.js", "app-0123456789AB.js", "app-.js", "-0123456789ab.js",
        "..", "%2e%2e", "%2e%2e%2fcontest.toml", "..%2f..%2fapp.py", "..%5capp.py",
        "app-0123456789ab.js%00", "%2fetc%2fpasswd", "%ff", "x" * 5000, "app-0123456789ab.js%2f", ".",
        "App-0123456789ab.js", "__init__.py", "contest.toml",
        "questions.csv", "lessons.csv",
    ):  # fmt: skip
        assert browser.get(f"/static/{name}").outcome == (404, "not_found"), name
    for path in ("/static/../app.py", "/static/", "/static/a/app.js", "/../app.py"):
        assert browser.get(path).outcome == (404, "not_found"), path


def test_the_contest_is_public(bare_stage: Stage) -> None:
    answer = bare_stage.browser().get("/api/contest")
    assert answer.header("content-type") == "application/json"
    assert answer.header("cache-control") == "no-store"
    about = answer.json
    assert (about["draw_size"], about["pass_mark"], about["prizes"]) == (10, 5, "none")
    assert about["opens_at"] == OPENING.isoformat(timespec="milliseconds")


def test_the_commitment_is_published_with_the_plan(stage: Stage) -> None:
    about = stage.browser().get("/api/contest").json
    assert len(about["commitment"]) == 64
    assert about["prizes"] == "plenty"


def test_the_health_check_tells_nothing_else(bare_stage: Stage) -> None:
    answer = bare_stage.browser().get("/healthz")
    assert (answer.status, answer.json) == (200, {"status": "ok"})


VERIFIED = """
import app
from infra.local.gateway import Gateway
from infra.local.proxy_event import HttpRequest

for name in ("MP_verify_AbC123.txt", "MP_verify_AbC124.txt"):
    answer = Gateway(app.app).answer(HttpRequest("GET", f"/{name}", []))
    print(answer.status, dict(answer.headers)["Content-Type"], answer.body.decode()[:6])
"""


def test_wechat_s_verification_files_are_at_the_root(tmp_path: Path) -> None:
    """The routes are made at import, so another interpreter makes them."""
    file = tmp_path / "contest.toml"
    account = '[account]\nverify_files = ["MP_verify_AbC123.txt"]\n'
    file.write_text(account + PACKAGED.read_text(encoding="utf-8"), encoding="utf-8")
    environ = {**os.environ, "CONTEST_FILE": str(file), "STAGE": "local"}
    run = subprocess.run([sys.executable, "-c", VERIFIED], env=environ, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[0] == "200 text/plain; charset=utf-8 AbC123"
    assert run.stdout.splitlines()[1].startswith("404 application/json")
