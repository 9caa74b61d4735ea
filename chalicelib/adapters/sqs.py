"""Putting a message on a queue, or saying that it could not be put."""

import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

log = logging.getLogger(__name__)


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
