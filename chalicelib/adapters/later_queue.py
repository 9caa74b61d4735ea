"""Jobs that are done after WeChat has its answer, on SQS."""

import json
from typing import Any

from chalicelib.adapters.sqs import Queue
from chalicelib.domain.conversation import IncomingMessage, Kind


class SqsLaterQueue:
    def __init__(self, client: Any, queue_name: str) -> None:
        self._queue = Queue(client, queue_name)

    def put(self, event: IncomingMessage) -> bool:
        body = {
            "v": 1,
            "kind": event.kind.name,
            "openid": event.openid,
            "create_time": event.create_time,
            "scene": event.scene,
        }
        return self._queue.put(json.dumps(body))

    def tell(self, openid: str) -> bool:
        return self._queue.put(json.dumps({"v": 1, "tell": openid}))


def from_body(body: str) -> IncomingMessage | str:
    """A stored event, or the openid of a sharer to notify. Raises ValueError for any other body."""
    job = json.loads(body)
    if not isinstance(job, dict) or job.get("v") != 1:
        raise ValueError("not a job of a known version")
    if isinstance(job.get("tell"), str):
        return str(job["tell"])
    try:
        return IncomingMessage(Kind[job["kind"]], str(job["openid"]), int(job["create_time"]), scene=str(job["scene"]))
    except (KeyError, TypeError) as error:
        raise ValueError("not an event") from error
