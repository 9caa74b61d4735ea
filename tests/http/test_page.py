"""The page and its files, the contest for everyone, and the health check."""

import pytest

from chalicelib.adapters.http.page_files import page_file, page_files
from tests.http.stage import OPENING, Stage

FILES = sorted(set(page_files()) - {"index.html"})


def test_the_page_and_what_it_may_load(bare_stage: Stage) -> None:
    answer = bare_stage.browser().get("/")
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert answer.body == content("index.html")
    assert answer.header("cache-control") == "no-cache"
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in answer.header("content-security-policy").split(";"))
    assert (policy["default-src"], policy["base-uri"], policy["frame-ancestors"]) == ("'self'", "'none'", "'none'")
    # WeChat's JS-SDK, and no other script of others.
    assert policy["script-src"] == "'self' https://res.wx.qq.com https://res2.wx.qq.com"
    assert "unsafe" not in answer.header("content-security-policy")


def content(name: str) -> bytes:
    file = page_file(name)
    assert file is not None
    return file.body if isinstance(file.body, bytes) else file.body.encode()


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_served_and_not_sent_twice(bare_stage: Stage, name: str) -> None:
    browser = bare_stage.browser()
    answer = browser.get(f"/static/{name}")
    assert answer.body == content(name)
    assert "max-age" in answer.header("cache-control")
    tag = answer.header("etag")
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = browser.get(f"/static/{name}", If_None_Match=known)
        assert (again.status, again.body, again.header("etag")) == (304, b"", tag)
    for other in ("", '"x"', tag[:-2] + '"', tag.strip('"')):
        assert browser.get(f"/static/{name}", If_None_Match=other).status == 200


def test_the_picture_beside_shared_links(bare_stage: Stage) -> None:
    browser = bare_stage.browser()
    for accepted in ("*/*", "image/avif,image/webp,image/apng,*/*;q=0.8", "image/png"):
        answer = browser.get("/static/share.png", Accept=accepted)
        assert answer.header("content-type") == "image/png"
        assert answer.body[16:24] == (300).to_bytes(4, "big") * 2
        assert len(answer.body) < 10_000
    # API Gateway could send it only as text to a client that does not ask for a picture; cdn.yaml hands this on.
    for refused in ("text/html", ""):
        assert browser.get("/static/share.png", Accept=refused).outcome == (400, "bad_request")


def test_other_files_are_not_found(bare_stage: Stage) -> None:
    browser = bare_stage.browser()
    for name in (
        "nothing.js", "index.html", "..", "%2e%2e", "%2e%2e%2fcontest.toml", "..%2f..%2fapp.py", "..%5capp.py",
        "app.js%00", "%2fetc%2fpasswd", "%ff", "x" * 5000, "app.js%2f", ".", "App.js", "__init__.py", "contest.toml",
        "questions.csv",
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
