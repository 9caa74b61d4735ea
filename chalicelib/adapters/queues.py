"""The two queues on SQS: payout jobs, and jobs that run after the callback's answer."""

import json
import logging
import os
from dataclasses import asdict, fields
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws
from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.referral import WaitingReferral
from chalicelib.ports import SealedNotice

log = logging.getLogger(__name__)
PAYOUT_WORKERS, LATER_WORKERS = 10, 10
"""The same as the functions' reserved concurrency in `.chalice/config.json`; a test compares them."""


def sqs_client() -> Any:
    """One try with short time-outs: the sweep finds an unqueued payout, and WeChat sends an event again."""
    short = Config(connect_timeout=0.5, read_timeout=1, retries={"total_max_attempts": 1})
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return aws.session().create_client("sqs", region_name=region, config=short)


class Queue:
    """One queue. Its address is looked up once."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name, self._url = client, name, ""

    def send_body(self, body: str, delay_seconds: int = 0) -> bool:
        """Returns False when the queue did not confirm that it took the message."""
        try:
            if not self._url:
                self._url = self._client.get_queue_url(QueueName=self._name)["QueueUrl"]
            self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay_seconds)
        except (BotoCoreError, ClientError) as error:
            log.warning("a message was not queued: %s", type(error).__name__)
            return False
        return True


class SqsPayoutQueue(Queue):
    def put_payout(self, ref: ClaimRef, ask: bool = False, delay_seconds: int = 0) -> bool:
        return self.send_body(payout_body(ref, ask), delay_seconds)

    def put_notification(self, sealed: SealedNotice) -> bool:
        return self.send_body(json.dumps({"v": 1, "notification": asdict(sealed)}))


def payout_body(ref: ClaimRef, ask: bool = False) -> str:
    return json.dumps({"v": 1, "openid": ref.openid, "attempt_id": ref.attempt_id, "ask": ask})


def read_payout_body(body: str) -> tuple[ClaimRef, bool]:
    """Returns the claim, and whether only to query the provider. Raises ValueError for any other body."""
    job = _read_job(body, "payout job")
    openid, attempt_id = job.get("openid"), job.get("attempt_id")
    if not isinstance(openid, str) or not isinstance(attempt_id, str):
        raise ValueError("not a payout job")
    return ClaimRef(openid, attempt_id), job.get("ask") is True


def read_notification_body(body: str) -> SealedNotice | None:
    """Returns WeChat Pay's notification, still encrypted; None for a payout job. Raises ValueError for neither."""
    sealed = _read_job(body, "payout job").get("notification")
    if sealed is None:
        return None
    try:
        parts = [sealed[part.name] for part in fields(SealedNotice)]
    except (LookupError, TypeError):
        parts = [None]
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("not a notification")
    return SealedNotice(*parts)


class SqsLaterQueue(Queue):
    def put_event(self, event: IncomingMessage) -> bool:
        body = {
            "v": 1,
            "kind": event.kind.name,
            "openid": event.openid,
            "create_time": event.create_time,
            "scene": event.scene,
        }
        return self.send_body(json.dumps(body))

    def put_referral(self, waiting: WaitingReferral, minutes: int) -> bool:
        return self.send_body(json.dumps({"v": 1, "referral": asdict(waiting)}), 60 * minutes)

    def put_notice(self, openid: str) -> bool:
        return self.send_body(json.dumps({"v": 1, "tell": openid}))


def read_later_body(body: str) -> IncomingMessage | WaitingReferral | str:
    """Returns an event to store, a referral to judge, or the openid of a sharer to notify.

    Raises ValueError for any other body.
    """
    job = _read_job(body, "job")
    if isinstance(job.get("tell"), str):
        return str(job["tell"])
    try:
        if waiting := job.get("referral"):
            return WaitingReferral(str(waiting["friend"]), str(waiting["sharer"]), int(waiting["create_time"]))
        return IncomingMessage(Kind[job["kind"]], str(job["openid"]), int(job["create_time"]), scene=str(job["scene"]))
    except (KeyError, TypeError) as error:
        raise ValueError("not an event") from error


def _read_job(body: str, what: str) -> dict[str, Any]:
    job = json.loads(body)
    if not isinstance(job, dict) or job.get("v") != 1:
        raise ValueError(f"not a {what} of a known version")
    return job
