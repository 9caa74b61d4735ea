"""Putting a message on a queue, or saying that it could not be put."""

import logging
import os
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws

log = logging.getLogger(__name__)


def sqs_client() -> Any:
    # One quick try: what is not queued is found by the sweep, or sent again by WeChat.
    short = Config(connect_timeout=0.5, read_timeout=1, retries={"total_max_attempts": 1})
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return aws.session().create_client("sqs", region_name=region, config=short)


class Queue:
    """`client` is an SQS client with short time-outs; the queue's address is asked for once."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name, self._url = client, name, ""

    def put(self, body: str) -> bool:
        """False when the queue did not take it, or did not say so."""
        try:
            if not self._url:
                self._url = self._client.get_queue_url(QueueName=self._name)["QueueUrl"]
            self._client.send_message(QueueUrl=self._url, MessageBody=body)
        except (BotoCoreError, ClientError) as error:
            log.warning("a message was not queued: %s", type(error).__name__)
            return False
        return True
