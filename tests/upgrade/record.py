"""Records the data that this version leaves in mid-week, so that every later version can be tested on it.

    python -m tests.upgrade.record      the next file of `records/`, unless the newest has the same content

When to run it: docs/upgrades.md.
"""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws

from chalicelib import wiring
from chalicelib.adapters.store.models import TABLES
from infra.provision import create_all
from tests.http.stage import right_answers, submit
from tests.infra.function_runs import who
from tests.support.engines import FAKE_ENVIRONMENT, REGION, fresh_prefix
from tests.upgrade.shapes import shapes, vocabulary
from tests.upgrade.week import Week, live, settled_randomness

RECORDS = Path(__file__).parent / "records"
Frozen = dict[str, Any]
"""A file of `records/`; `frozen` describes its content."""


def files() -> list[Path]:
    """Oldest first."""
    return sorted(RECORDS.glob("v*.json"), key=lambda path: int(path.stem[1:]))


def read(path: Path) -> Frozen:
    found: Frozen = json.loads(path.read_text(encoding="utf-8"))
    return found


@contextmanager
def lived() -> Iterator[tuple[Week, str]]:
    """This version's week and its tables' prefix, in memory."""
    prefix = fresh_prefix()
    with mock_aws(), settled_randomness():
        create_all(boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION), prefix)
        yield live(prefix), prefix
    wiring.install(None)


def frozen() -> Frozen:
    """Returns the tables as DynamoDB JSON, bodies of queues, cookies, tokens and codes, and the last answers to each
    person."""
    with lived() as (week, prefix):
        services, told = week.services, _told(week)
        return {
            "at": week.stage.now.isoformat(),
            "contest": services.contest.id,
            "rules": asdict(services.contest.prizes),
            "session_keys": list(services.settings.session_keys),
            "vocabulary": vocabulary(),
            "tables": {name: _items(f"{prefix}-{name}") for name in TABLES},
            "queues": {name: _bodies(f"{prefix}-{name}") for name in ("payouts", "later")},
            "jars": {name: browser.jar for name, browser in week.people.items()},
            "state": week.state,
            "attempts": _attempts(week),
            "share_codes": {
                openid: services.ports.share_codes.make_share_code(openid) for openid in (who("sharer"), "o dd.openid")
            },
            "told": told,
        }


def _told(week: Week) -> dict[str, Any]:
    """The answers of `/api/me` to each person, without the contest."""
    found = {name: browser.get("/api/me") for name, browser in week.people.items() if name != "arriving"}
    return {name: {k: v for k, v in answer.json.items() if k != "contest"} for name, answer in found.items()}


def _attempts(week: Week) -> dict[str, Any]:
    """The submissions as the page would send them, and the answer that one of them got."""
    found: dict[str, Any] = {}
    for name, right in (("graded", 4), ("open", 7)):
        drawn = week.drawn[name]
        answers = right_answers(drawn, right)
        found[name] = {"attempt_id": drawn["attempt_id"], "attempt": drawn["attempt"], "answers": answers}
    found["graded"]["result"] = submit(week.people["player"], week.drawn["graded"], found["graded"]["answers"]).json
    return found


def _items(table: str) -> list[dict[str, Any]]:
    pages = boto3.client("dynamodb", region_name=REGION).get_paginator("scan").paginate(TableName=table)
    return sorted((dict(item) for page in pages for item in page["Items"]), key=lambda item: json.dumps(item))


def _bodies(queue: str) -> list[str]:
    sqs = boto3.client("sqs", region_name=REGION)
    url, found = sqs.get_queue_url(QueueName=queue)["QueueUrl"], list[str]()
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
    return found


def main() -> None:
    os.environ.update(FAKE_ENVIRONMENT)
    logging.disable(logging.CRITICAL)
    made, known = frozen(), files()
    if known and shapes(read(known[-1])) == shapes(made):
        print(f"{known[-1].name} says the same: nothing is written")
        return
    path = RECORDS / f"v{len(known) + 1}.json"
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{path.name} is written")


if __name__ == "__main__":
    main()
