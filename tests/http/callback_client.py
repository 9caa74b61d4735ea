"""WeChat's side of the callback: posts messages as its servers do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import boto3

from chalicelib.adapters.store.models import TABLES
from infra.local.proxy_event import HttpRequest
from infra.simulator import SimulatorSettings
from infra.simulator.callback_delivery import Sealed, seal, unseal
from infra.simulator.simulator_io import parse_flat, render
from tests.http.browser import Answer
from tests.http.stage import Stage
from tests.support.engines import REGION

ACCOUNT = "gh_local00000001"


@dataclass
class CallbackClient:
    """A client that posts to the stage in the stage's mode."""

    stage: Stage

    def wire(self, mode: str = "") -> SimulatorSettings:
        settings = self.stage.services.settings
        return replace(SimulatorSettings.from_env({}), app_id=settings.app_id, mode=mode or settings.mode)

    def sealed(self, fields: Mapping[str, str | int], mode: str = "", **late: float) -> Sealed:
        """The request for a message, signed now or `late` seconds later, and encrypted in safe mode."""
        stamp = int(self.stage.now.timestamp() + late.get("seconds", 0))
        return seal(self.wire(mode), render(fields), stamp, "nonce")

    def message(self, openid: str, kind: str, **fields: str | int) -> dict[str, str | int]:
        made = int(self.stage.now.timestamp())
        return {"ToUserName": ACCOUNT, "FromUserName": openid, "CreateTime": made, "MsgType": kind, **fields}

    def post(self, sealed: Sealed, body: bytes | None = None, /, **changed: str) -> Answer:
        query = urlencode(sealed.params | changed)
        content = sealed.body if body is None else body
        return self.stage.browser().request("POST", f"/wechat?{query}", content, {"Content-Type": "text/xml"})

    def as_sent(self, sealed: Sealed) -> HttpRequest:
        """Posts through API Gateway; the answer is not compared with the OpenAPI document."""
        headers = [("Content-Type", "text/xml"), ("Accept", "*/*")]
        return HttpRequest("POST", f"/wechat?{urlencode(sealed.params)}", headers, sealed.body)

    def event(self, openid: str, event: str, **fields: str | int) -> Answer:
        return self.post(self.sealed(self.message(openid, "event", Event=event, **fields)))

    def text(self, openid: str, content: str) -> Answer:
        return self.post(self.sealed(self.message(openid, "text", Content=content, MsgId=1)))

    def reply(self, answer: Answer) -> dict[str, str]:
        """The reply's fields. Checks its signature in safe mode."""
        assert answer.header("content-type") == "text/xml; charset=utf-8"
        return self.fields(answer)

    def fields(self, answer: Answer) -> dict[str, str]:
        """The same for another server's reply."""
        return parse_flat(unseal(self.wire(), answer.body))

    def tables(self) -> dict[str, Any]:
        """Everything that the application has stored."""
        client = boto3.client("dynamodb", region_name=REGION)
        prefix = self.stage.services.settings.prefix
        return {
            name: sorted(
                client.scan(TableName=f"{prefix}-{name}")["Items"], key=lambda item: sorted(map(str, item.items()))
            )
            for name in TABLES
        }
