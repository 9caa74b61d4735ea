"""What can wait until WeChat has its answer, on SQS."""

import json
from typing import Any

from chalicelib.adapters.sqs import Queue
from chalicelib.domain.conversation import Heard, Kind


class SqsLaterQueue:
    def __init__(self, client: Any, queue_name: str) -> None:
        self._queue = Queue(client, queue_name)

    def put(self, heard: Heard) -> bool:
        body = {
            "v": 1,
            "kind": heard.kind.name,
            "openid": heard.openid,
            "create_time": heard.create_time,
            "scene": heard.scene,
        }
        return self._queue.put(json.dumps(body))

    def tell(self, openid: str) -> bool:
        return self._queue.put(json.dumps({"v": 1, "tell": openid}))


def from_body(body: str) -> Heard | str:
    """The event that waited, or the openid of a sharer to tell. Raises ValueError for a body that is neither."""
    job = json.loads(body)
    if not isinstance(job, dict) or job.get("v") != 1:
        raise ValueError("not a job of a known version")
    if isinstance(job.get("tell"), str):
        return str(job["tell"])
    try:
        return Heard(Kind[job["kind"]], str(job["openid"]), int(job["create_time"]), scene=str(job["scene"]))
    except (KeyError, TypeError) as error:
        raise ValueError("not an event") from error
