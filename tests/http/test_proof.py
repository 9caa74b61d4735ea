"""The proof is public once the plan is revealed, and only then."""

import gzip
import json

from tests.http.stage import CLOSING, Stage, claim, pass_attempt


def test_the_proof_is_there_after_the_reveal(stage: Stage) -> None:
    person = stage.person("alice")
    made = claim(person, pass_attempt(stage, person)).json
    assert stage.browser().get("/api/proof").outcome == (404, "not_found")
    stage.now = CLOSING
    assert stage.browser().get("/api/proof").outcome == (404, "not_found")
    stage.services.reveal.reveal_plan("li")
    plain = stage.browser().get("/api/proof")
    assert (plain.status, plain.header("cache-control")) == (200, "public, max-age=300")
    assert [line.split(",")[0] for line in plain.json["claims"]] == [made["claim_id"]]
    assert "alice" not in plain.body.decode()
    packed = stage.browser().get("/api/proof", **{"Accept-Encoding": "gzip"})
    assert packed.header("content-encoding") == "gzip"
    assert json.loads(gzip.decompress(packed.body)) == plain.json
