"""Events as AWS hands them to functions. Pure, but for random ids."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_ACCOUNT = "123456789012"
_REGION = "cn-north-1"


def sqs_event(message: Mapping[str, Any], queue: str, region: str) -> dict[str, Any]:
    """The event for one message, given as ReceiveMessage returned it."""
    body = message["Body"]
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": body,
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": _message_attributes(message.get("MessageAttributes", {})),
        "md5OfBody": message.get("MD5OfBody") or hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{region}:{_ACCOUNT}:{queue}",
        "awsRegion": region,
    }
    return {"Records": [record]}


def _message_attributes(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Lambda writes the keys with a small letter: `stringValue`, `dataType`."""
    return {
        name: {key[:1].lower() + key[1:]: value for key, value in attribute.items()}
        for name, attribute in attributes.items()
    }


def scheduled_event(rule: str, due: datetime) -> dict[str, Any]:
    """EventBridge's event for a rule's run at `due` (aware)."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": _ACCOUNT,
        "time": due.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": _REGION,
        "resources": [f"arn:aws:events:{_REGION}:{_ACCOUNT}:rule/{rule}"],
        "detail": {},
    }
