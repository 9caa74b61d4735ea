"""Reporting units: one choice, once."""

from tests.http.stage import CLOSING, Stage

UNIT, OTHER = "岔河镇", "区信用办"


def test_a_unit_is_chosen_once(stage: Stage) -> None:
    person = stage.person("alice")
    assert person.get("/api/me").json["unit"] is None
    for _ in range(2):
        answer = person.put("/api/me/unit", {"unit": UNIT})
        assert (answer.status, answer.json) == (200, {"unit": UNIT})
    assert person.put("/api/me/unit", {"unit": OTHER}).outcome == (409, "unit_already_set")
    assert person.get("/api/me").json["unit"] == UNIT
    assert stage.person("bob").get("/api/me").json["unit"] is None


def test_only_units_of_the_list_by_followers_until_closing(stage: Stage) -> None:
    person = stage.person("alice")
    for unknown in ("", "nowhere", UNIT + " ", "\ud800", "x" * 9000):
        assert person.put("/api/me/unit", {"unit": unknown}).outcome == (400, "unknown_unit")
    stage.follow("alice", follows=False)
    assert person.put("/api/me/unit", {"unit": UNIT}).outcome == (403, "not_following")
    stage.follow("alice")
    stage.now = CLOSING
    late = stage.visitor("alice")
    assert late.put("/api/me/unit", {"unit": UNIT}).outcome == (403, "contest_closed")
    assert late.get("/api/me").json["unit"] is None


def test_the_list_is_public_and_cacheable(bare_stage: Stage) -> None:
    answer = bare_stage.browser().get("/api/units")
    assert answer.header("cache-control") == "public, max-age=300"
    assert {UNIT, OTHER} < set(answer.json["units"])
    assert "教育局" in answer.json["also"]["区教体局"]
    kinds = {kind["name"]: kind["units"] for kind in answer.json["kinds"]}
    assert kinds["organiser"] == [OTHER]
    assert sorted(name for names in kinds.values() for name in names) == sorted(answer.json["units"])
    assert answer.json["also"].keys() <= set(answer.json["units"])
