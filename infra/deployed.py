"""What Chalice recorded of a stage's deployment in `.chalice/deployed/STAGE.json`, which a lean build shares."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHALICE = Path(__file__).parent.parent / ".chalice"

Resource = Mapping[str, Any]
"""With `resource_type`, `name`, and what Chalice deletes it by."""


@dataclass(frozen=True, slots=True)
class RestApi:
    """`api_stage` is the stage inside API Gateway."""

    api_id: str
    api_stage: str


def resources(stage: str, chalice: Path = CHALICE) -> Sequence[Resource]:
    """Empty when the stage is not deployed from here, or deployed no more."""
    path = record(stage, chalice)
    found: Sequence[Resource] = json.loads(path.read_text(encoding="utf-8"))["resources"] if path.is_file() else []
    return found


def rest_api(stage: str, chalice: Path = CHALICE) -> RestApi | None:
    ids = [str(one["rest_api_id"]) for one in resources(stage, chalice) if one["resource_type"] == "rest_api"]
    config = json.loads((chalice / "config.json").read_text(encoding="utf-8"))
    return RestApi(ids[0], str(config["stages"][stage]["api_gateway_stage"])) if ids else None


def record(stage: str, chalice: Path = CHALICE) -> Path:
    return chalice / "deployed" / f"{stage}.json"
