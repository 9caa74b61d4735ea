"""Simulates the account's own server, to which the contest relays messages that do not concern it (R15).

It verifies WeChat's signatures and answers with wechatpy, as many accounts' servers do: not with the application's own
code, which it judges. `python -m infra.simulator.own_server` runs it until interrupted.

    GET  /wechat         the echo by which WeChat verifies a server
    POST /wechat         a message or an event; `success` for what is no query
    PUT  /own/fault      `{fault, seconds?}`: how every later call to /wechat is answered, until it is `none` again
    GET  /own/received   `{count, requests: [...]}`: the last thousand calls to /wechat, with digests of their bytes
"""

import hashlib
import logging
import os
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from flask import Flask, Response, redirect, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature
from werkzeug.wrappers import Response as BaseResponse

from infra.simulator.credit_queries import Article, answer_query
from infra.simulator.served import served
from infra.simulator.simulator_io import ControlError, control_body, field, required, wechat_json
from infra.simulator.simulator_settings import SimulatorSettings

DEFAULT_PORT = 8002
PATH = "/wechat"
_KEPT = 1000
_TOO_LARGE = 64 * 1024 + 1


class Fault(StrEnum):
    NONE = "none"
    SLOW = "slow"
    """Answers after `seconds`."""
    DEAD = "dead"
    """Closes the connection without an answer."""
    STATUS = "status"
    """Answers 500."""
    PAGE = "page"
    """Answers 200 with a web page, as a server behind a gateway's error page does."""
    LARGE = "large"
    """Answers XML of more than 64 KB."""
    REDIRECT = "redirect"


@dataclass
class Received:
    """A call to /wechat. Digests are SHA-256 in hex; `relayed` is the header X-Relayed."""

    method: str
    query: str
    body_sha256: str
    body_bytes: int
    relayed: str
    answer_sha256: str = ""
    """Empty until it is answered."""


class OwnServer:
    def __init__(self, settings: SimulatorSettings) -> None:
        self._token = settings.token
        self._crypto = WeChatCrypto(settings.token, settings.aes_key, settings.app_id)
        self._lock = threading.Lock()
        self._requests: deque[Received] = deque(maxlen=_KEPT)
        self._count = 0
        self.fault, self.seconds = Fault.NONE, 0.0

    def received(self) -> dict[str, Any]:
        with self._lock:
            return {"count": self._count, "requests": [asdict(one) for one in self._requests]}

    def answer(self) -> BaseResponse:
        """Answers the current request; keeps the digests of both."""
        body, fault = request.get_data(), self.fault
        kept = self._keep(body)
        if fault is Fault.SLOW:
            time.sleep(self.seconds)
        answer = _broken(fault) or self._honest_answer(body)
        kept.answer_sha256 = _digest(answer.get_data())
        if fault is Fault.DEAD:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return answer

    def _keep(self, body: bytes) -> Received:
        query, relayed = request.query_string.decode(), request.headers.get("X-Relayed", "")
        kept = Received(request.method, query, _digest(body), len(body), relayed)
        with self._lock:
            self._count += 1
            self._requests.append(kept)
        return kept

    def _honest_answer(self, body: bytes) -> BaseResponse:
        args = {name: request.args.get(name, "") for name in ("signature", "timestamp", "nonce")}
        try:
            check_signature(self._token, **args)
        except InvalidSignatureException:
            return Response(status=403)
        if request.method == "GET":
            return Response(request.args.get("echostr", ""))
        return self._reply(body, args["timestamp"], args["nonce"])

    def _reply(self, body: bytes, timestamp: str, nonce: str) -> Response:
        safe = request.args.get("encrypt_type") == "aes"
        try:
            if safe:
                body = self._crypto.decrypt_message(body, request.args.get("msg_signature", ""), timestamp, nonce)
            message = parse_message(body)
        except Exception:  # noqa: BLE001 - wechatpy raises many kinds for a body that is not a message
            return Response(status=403)
        said = answer_query(message.content) if message.type == "text" else None
        if said is None:
            return Response("success")
        reply = create_reply([asdict(said)] if isinstance(said, Article) else said, message).render()
        return Response(self._crypto.encrypt_message(reply, nonce, timestamp) if safe else reply, mimetype="text/xml")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _broken(fault: Fault) -> BaseResponse | None:
    match fault:
        case Fault.STATUS | Fault.DEAD:
            return Response(status=500)
        case Fault.PAGE:
            return Response("<html><body>系统维护中</body></html>")
        case Fault.LARGE:
            return Response(f"<xml>{' ' * _TOO_LARGE}</xml>", mimetype="text/xml")
        case Fault.REDIRECT:
            return redirect("/elsewhere")
    return None


def create_own_server(settings: SimulatorSettings) -> Flask:
    """Creates the application, which holds all state."""
    app, server = Flask(__name__, static_folder=None), OwnServer(settings)

    def break_down() -> Response:
        body = control_body()
        try:
            server.fault, server.seconds = Fault(required(body, "fault")), field(body, "seconds", 0.0)
        except ValueError as error:
            raise ControlError(400, "bad_fault") from error
        return wechat_json({})

    app.add_url_rule(PATH, "message", server.answer, methods=["GET", "POST"])
    app.add_url_rule("/own/received", "received", lambda: wechat_json(server.received()))
    app.add_url_rule("/own/fault", "fault", break_down, methods=["PUT"])
    app.register_error_handler(ControlError, lambda error: (wechat_json({"error": error.code}), error.status))
    return app


@contextmanager
def serve_own_server(settings: SimulatorSettings, port: int = 0) -> Iterator[str]:
    """Serves on 127.0.0.1 until the block ends (0: a free port). Yields scheme, host and port."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with served(create_own_server(settings), port) as address:
        yield address


def main(environ: Mapping[str, str]) -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    port = int(environ.get("OWN_SERVER_PORT") or DEFAULT_PORT)
    with serve_own_server(SimulatorSettings.from_env(environ), port) as address:
        print(f"公众号自有服务：{address}{PATH}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main(os.environ)
