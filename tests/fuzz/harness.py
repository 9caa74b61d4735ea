"""The callback under a fuzzer: each input is one request with a valid signature and an arbitrary body."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import boto3
from moto import mock_aws

from chalicelib import wiring
from chalicelib.adapters.wechat.callback_xml import NAME
from chalicelib.adapters.wechat.wechat_callback import LARGEST, CallbackRejected, MessageUnreadable
from chalicelib.domain.conversation import Kind
from chalicelib.ports import unmeasured
from functions.wechat import callback_query, wechat_callback
from infra.local.proxy_event import HttpRequest
from infra.provision import create_all
from infra.simulator import SimulatorSettings
from infra.simulator.callback_delivery import Sealed, seal
from infra.simulator.callback_delivery import _sign as signature_of
from tests.http.aws_faults import Aws, watched_aws
from tests.http.callback_client import CallbackClient
from tests.http.stage import Stage, build, deployed_settings
from tests.support.engines import REGION, fresh_prefix

CHANGING = (Kind.FOLLOW, Kind.UNFOLLOW, Kind.SCAN)
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
WRAPPINGS = ("plain", "sealed", "ciphertext", "outside", "unsigned")
"""An input's first byte decides how the rest is sent."""
EXPECTED = frozenset({200, 400, 403, 413})
SEEDS = [
    f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oFuzz]]></FromUserName>"
    f"<CreateTime>1594137600</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{rest}</xml>".encode()
    for kind, rest in (
        ("text", "<Content><![CDATA[答题]]></Content><MsgId>1</MsgId>"),
        ("image", "<PicUrl>u</PicUrl><MediaId>m</MediaId><MsgId>2</MsgId>"),
        ("voice", "<MediaId>m</MediaId><Format>amr</Format><Recognition>r</Recognition>"),
        ("location", "<Location_X>1.1</Location_X><Location_Y>2</Location_Y><Scale>20</Scale><Label>l</Label>"),
        ("link", "<Title>t</Title><Description>d</Description><Url>u</Url>"),
        ("event", "<Event>subscribe</Event><EventKey>qrscene_u.0123456789abcdef</EventKey><Ticket>T</Ticket>"),
        ("event", "<Event>subscribe</Event><EventKey></EventKey>"),
        ("event", "<Event>unsubscribe</Event>"),
        ("event", "<Event>SCAN</Event><EventKey>scene</EventKey><Ticket>T</Ticket>"),
        ("event", "<Event>CLICK</Event><EventKey>contest:mine</EventKey>"),
        ("event", "<Event>VIEW</Event><EventKey>https://x.example</EventKey>"),
        ("event", "<Event>LOCATION</Event><Latitude>1</Latitude><Longitude>2</Longitude><Precision>3</Precision>"),
        ("event", "<Event>scancode_push</Event><EventKey>k</EventKey><ScanCodeInfo><ScanType/></ScanCodeInfo>"),
    )
]  # fmt: skip


class LogError(AssertionError):
    """The application logged something."""


@dataclass
class Harness:
    """`statuses` counts the answers, `events` the bodies that were events and may write."""

    stage: Stage
    aws: Aws
    log: "_Collected"
    statuses: dict[int, int] = field(default_factory=dict)
    events: int = 0

    def __call__(self, data: bytes) -> None:
        """Raises AssertionError if the answer, the writes or the log are not as they must be."""
        wrapping, rest = WRAPPINGS[(data or b"\0")[0] % len(WRAPPINGS)], data[1:]
        safe = wrapping in ("sealed", "ciphertext", "outside")
        services = self.stage.services
        services.settings = replace(services.settings, mode="safe" if safe else "plain")
        sent = self._request(wrapping, rest)
        changing = self._changes(sent)
        self.aws.calls.clear()
        request = HttpRequest("POST", f"/wechat?{urlencode(sent.params)}", [("Content-Type", "text/xml")], sent.body)
        answer = self.stage.gateway.answer(request)
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        assert answer.status in EXPECTED, f"{answer.status} for {data!r}"
        assert answer.status == 200 or answer.body == b"", f"a body with {answer.status} for {data!r}"
        written = [call for call in self.aws.calls if call[1] in WRITES or call[0] != "dynamodb"]
        if changing:
            self.events += 1
        else:
            assert not written, f"{written} for {data!r}"
        if self.log.lines:
            raise LogError(f"{self.log.lines} for {data!r}")

    def _request(self, wrapping: str, rest: bytes) -> Sealed:
        wire = replace(SimulatorSettings.from_env({}), mode="plain")
        stamp, nonce = int(self.stage.now.timestamp()), "nonce"
        signed = seal(wire, "", stamp, nonce).params
        if wrapping == "unsigned":
            return Sealed(signed | {"signature": rest[:40].hex()}, rest)
        if wrapping == "plain":
            return Sealed(signed, rest)
        if wrapping == "sealed":
            return seal(replace(wire, mode="safe"), rest.decode("utf-8", "replace"), stamp, nonce)
        text = rest.decode("utf-8", "replace")
        covered = signature_of(wire.token, str(stamp), nonce, text)
        params = signed | {"encrypt_type": "aes", "msg_signature": covered}
        body = rest if wrapping == "outside" else f"<xml><Encrypt>{text}</Encrypt></xml>".encode()
        return Sealed(params, body)

    def _changes(self, sent: Sealed) -> bool:
        if len(sent.body) > LARGEST:
            return False
        try:
            message, _ = wechat_callback().read_message(callback_query(sent.params), sent.body, self.stage.now)
        except (CallbackRejected, MessageUnreadable):
            return False
        assert NAME.fullmatch(message.openid)
        return message.kind in CHANGING


class _Collected(logging.Handler):
    """Every warning, and every line of the application itself."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING or record.name.startswith(("chalicelib", "functions", "infra")):
            self.lines.append(f"{record.name}: {record.getMessage()}")


@contextmanager
def harness() -> Iterator[Harness]:
    """A harness on tables in memory. At the end only followers and units may have changed."""
    log, prefix = _Collected(), fresh_prefix()
    root = logging.getLogger()
    with mock_aws(), watched_aws() as aws:
        create_all(boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION), prefix)
        stage = build(deployed_settings(prefix), plan=False)
        stage.ports.measure = unmeasured
        wiring.quiet_libraries()
        made = Harness(stage, aws, log)
        before = CallbackClient(stage).tables()
        root.addHandler(log)
        try:
            yield made
        finally:
            root.removeHandler(log)
            wiring.install(None)
        after = CallbackClient(stage).tables()
        assert (after["pool"], after["control"]) == (before["pool"], before["control"])
        assert all(item["what"] == {"S": "me"} for item in after["participants"])
        assert made.events or after == before
