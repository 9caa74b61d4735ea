"""The session cookie: only a person with a valid one is signed in."""

from dataclasses import replace

import pytest

from chalicelib.adapters.http.sealed_sessions import SESSION_SECONDS, SealedSessions
from chalicelib.adapters.sealing import Sealer
from tests.http.stage import Stage, claim, draw, pass_attempt, submit

REFUSED = (401, "not_signed_in")
COOKIE, OLD_COOKIE = "__Host-contest_session", "contest_session"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/api/me"), ("GET", "/api/claims"), ("POST", "/api/claims"), ("POST", "/api/attempts"),
        ("POST", "/api/attempts/x/submission"), ("PUT", "/api/me/unit"), ("GET", "/api/sdk"),
    ],
)  # fmt: skip
def test_without_a_session_nothing_personal_is_answered(bare_stage: Stage, method: str, target: str) -> None:
    """With any body, and also outside the window."""
    browser = bare_stage.browser()
    for body in (b"", b"{", b"x" * 20_000):
        assert browser.request(method, target, body, JSON).outcome == REFUSED
    bare_stage.wait(days=30)
    assert browser.request(method, target, b"", JSON).outcome == REFUSED


def test_a_session_is_good_for_three_days(stage: Stage) -> None:
    person = stage.person("alice")
    stage.wait(seconds=SESSION_SECONDS)
    assert person.get("/api/me").status == 200
    stage.wait(seconds=1)
    assert person.get("/api/me").outcome == REFUSED


def test_tampered_and_foreign_values_are_no_session(stage: Stage) -> None:
    person = stage.person("alice")
    good = person.jar[COOKIE]
    drawn = draw(person)
    sealed, keys = {"o": "alice"}, stage.services.settings.session_keys
    others_key = Sealer(["another-key-another-key-another-key"], "session").seal(sealed, stage.now)
    other_purpose = Sealer(keys, "oauth-state").seal(sealed, stage.now)
    from_tomorrow = Sealer(keys, "session").seal(sealed, stage.now.replace(day=9))
    no_name = Sealer(keys, "session").seal({"x": 1}, stage.now)
    no_object = Sealer(keys, "session").seal([], stage.now)
    flipped = [good[:n] + ("A" if good[n] != "A" else "B") + good[n + 1 :] for n in range(2, len(good) - 4, 9)]
    wrong = [
        "", "alice", good[2:], "2." + good[2:], good[:-4], good[: len(good) // 2], "1." + "A" * 9000, "1.é",
        drawn["attempt"], others_key, other_purpose, from_tomorrow, no_name, no_object, *flipped,
    ]  # fmt: skip
    for value in wrong:
        person.jar[COOKIE] = value
        assert person.get("/api/me").outcome == REFUSED, value
    person.jar[COOKIE] = good
    assert person.get("/api/me").status == 200


def test_keys_rotate_without_signing_anybody_out(stage: Stage) -> None:
    person = stage.person("alice")
    newest = "newest-key-newest-key-newest-key-newest"
    person.jar[COOKIE] = Sealer([newest], "session").seal({"o": "alice"}, stage.now)
    assert person.get("/api/me").outcome == REFUSED
    keys = (newest, *stage.services.settings.session_keys)
    stage.ports.sessions = SealedSessions(Sealer(keys, "session"), stage.services.settings.app_id, secure=True)
    assert person.get("/api/me").status == 200
    assert stage.visitor("alice").get("/api/me").status == 200


def test_without_a_session_the_contest_comes_with_the_refusal(bare_stage: Stage) -> None:
    browser = bare_stage.browser()
    refused = browser.get("/api/me")
    assert refused.outcome == REFUSED
    texts = {"rules", "office"}  # of the screens behind a tap
    assert refused.json["contest"].keys() == browser.get("/api/contest").json.keys() - texts


def test_a_person_is_a_digest_of_the_contest_and_the_session_keys(stage: Stage) -> None:
    alice, bob = (stage.person(openid).get("/api/me").json["person"] for openid in ("alice", "bob"))
    assert alice != bob
    assert stage.visitor("alice").get("/api/me").json["person"] == alice, "in every session"
    settings = stage.services.settings
    stage.ports.settings = replace(settings, session_keys=("newest" * 6, *settings.session_keys))
    assert stage.visitor("alice").get("/api/me").json["person"] == alice, "a rotation"


def test_a_session_belongs_to_one_account_and_one_that_names_none_is_understood(stage: Stage) -> None:
    person, settings = stage.person("alice"), stage.services.settings
    sealer = Sealer(settings.session_keys, "session")
    for named, is_good in (({}, True), ({"w": settings.app_id}, True), ({"w": "wx2"}, False)):
        person.jar[COOKIE] = sealer.seal({"o": "alice", **named}, stage.now)
        assert (person.get("/api/me").status == 200) is is_good


def test_odd_cookies_beside_it_do_no_harm(stage: Stage) -> None:
    good = f"{COOKIE}={stage.person('alice').jar[COOKIE]}"
    browser = stage.browser()
    for line in (
        good, f"a=1; {good}", f'json={{"a":[1]}}; {good}', f"a[b]=c; {good}", f"; ;{good};", f"=x;y;{good}",
        f"{good};{OLD_COOKIE}=x", f"é=ü; {good}", f"a={'x' * 9000}; {good}", f'q="a\\"b"; {good}',
    ):  # fmt: skip
        assert browser.get("/api/me", Cookie=line).status == 200, line
    for line in (
        f"{good};{COOKIE}=x", f"{COOKIE}=x; {good}", f"{good}; {good}", f"{good}; a=b; {COOKIE}", f"{COOKIE}=; {good}",
    ):  # fmt: skip
        assert browser.get("/api/me", Cookie=line).outcome == REFUSED, f"two of one name: {line}"
    for line in ("", ";", "=", COOKIE, f"{COOKIE}=", f"x{good}", f"{good}x", f"a={good}", "\ud7ff=1", "\x00"):
        assert browser.get("/api/me", Cookie=line).outcome == REFUSED, line


def test_a_session_of_the_version_before_is_understood_under_its_name(stage: Stage) -> None:
    today = stage.person("alice").jar[COOKIE]
    old = Sealer(stage.services.settings.session_keys, "session").seal({"o": "alice"}, stage.now)
    browser = stage.browser()
    assert browser.get("/api/me", Cookie=f"{OLD_COOKIE}={old}").status == 200
    assert browser.get("/api/me", Cookie=f"{OLD_COOKIE}={old}; {OLD_COOKIE}=x").outcome == REFUSED
    assert browser.get("/api/me", Cookie=f"{COOKIE}=x; {OLD_COOKIE}={old}").outcome == REFUSED, "the new one counts"
    assert browser.get("/api/me", Cookie=f"{OLD_COOKIE}={today}").outcome == REFUSED, "planted by another host"


def test_nobody_reads_or_acts_on_anothers(stage: Stage) -> None:
    alice, bob = stage.person("alice"), stage.person("bob")
    attempt_id, drawn = pass_attempt(stage, alice), draw(alice)
    claim(alice, attempt_id)
    about = bob.get("/api/me").json
    assert (about["attempts"], about["claimable"], about["claims"]) == (0, [], [])
    assert bob.get("/api/claims").json == {"claims": []}
    assert submit(bob, drawn, {}).outcome == (400, "attempt_invalid")
    assert claim(bob, attempt_id).outcome == (400, "attempt_invalid")
