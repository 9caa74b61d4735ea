"""Payout jobs on SQS."""

import json
import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.claims import ClaimRef

log = logging.getLogger(__name__)


class SqsPayoutQueue:
    """`client` is a boto3 SQS client with short time-outs; the queue's address is asked for once."""

    def __init__(self, client: Any, queue_name: str) -> None:
        self._client, self._queue_name = client, queue_name
        self._url = ""

    def put(self, ref: ClaimRef) -> bool:
        try:
            if not self._url:
                self._url = self._client.get_queue_url(QueueName=self._queue_name)["QueueUrl"]
            self._client.send_message(QueueUrl=self._url, MessageBody=to_body(ref))
        except (BotoCoreError, ClientError) as error:
            log.warning("a payout job was not queued, the sweep will find it: %s", type(error).__name__)
            return False
        return True


def to_body(ref: ClaimRef) -> str:
    return json.dumps({"v": 1, "openid": ref.openid, "attempt_id": ref.attempt_id})


def from_body(body: str) -> ClaimRef:
    """Raises ValueError for a body that is no payout job."""
    job = json.loads(body)
    if not isinstance(job, dict) or job.get("v") != 1:
        raise ValueError("not a payout job of a known version")
    openid, attempt_id = job.get("openid"), job.get("attempt_id")
    if not isinstance(openid, str) or not isinstance(attempt_id, str):
        raise ValueError("not a payout job")
    return ClaimRef(openid, attempt_id)
