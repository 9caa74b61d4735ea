"""The first view's data name who handles personal data, and whom to ask (R17)."""

from dataclasses import replace

from chalicelib.domain.privacy import Office, Privacy
from tests.http.stage import Stage


def test_everybody_is_told_before_anything_is_asked_for(bare_stage: Stage) -> None:
    told = bare_stage.browser().get("/api/contest").json
    assert told["privacy"] == bare_stage.services.contest.privacy.text
    assert told["office"] == {"name": "洪泽区信用办", "phone": "", "hours": "工作日 9:00—12:00、14:00—17:30"}


def test_without_the_sections_the_application_runs_all_the_same(bare_stage: Stage) -> None:
    bare_stage.services.contest = replace(bare_stage.services.contest, privacy=Privacy(), office=Office())
    told = bare_stage.browser().get("/api/contest").json
    assert told["privacy"] is told["office"] is None
