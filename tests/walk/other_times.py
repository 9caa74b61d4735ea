"""The application at another time: a second gateway on the stack's tables, asked as WeChat asks it."""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from chalicelib.adapters.clock import make_clock
from infra.local.local_stack import Stack
from infra.local.processes import answers, child, free_port, wait_until
from infra.simulator import SimulatorSettings, callback_messages
from infra.simulator.callback_delivery import Callback
from infra.simulator.callback_messages import Header
from tests.walk.walker import WalkError

_ASKER = "oWalkerAtAnotherTime"


def replies_at(moment: datetime, stack: Stack, logs: Path, texts: Sequence[str]) -> list[str]:
    """Returns the reply to each text at that moment, empty for none. Raises `WalkError` when one is not taken."""
    port = free_port()
    env = {**stack.environ, "CONTEST_NOW": moment.isoformat(), "CONTEST_NOW_SET_AT": repr(time.time())}
    command = [sys.executable, "-m", "infra.local.gateway", "--port", str(port)]
    with child("另一时刻的应用", command, env=env, log=logs / "other-time.log") as gateway:
        url, clock = f"http://127.0.0.1:{port}", make_clock(env)
        wait_until(lambda: answers(f"{url}/healthz", 200), gateway)
        settings = replace(SimulatorSettings.from_env(env), public_base_url=url)
        callback = Callback(settings, lambda: clock().timestamp())
        header = Header(settings.account_id, _ASKER, int(moment.timestamp()))
        return [_reply(callback, callback_messages.text(header, text, n)) for n, text in enumerate(texts, start=1)]


def _reply(callback: Callback, xml: str) -> str:
    delivery = callback.deliver(_ASKER, xml)
    if not delivery.delivered:
        raise WalkError(f"公众号没有应答：{delivery}")
    return delivery.reply.text if delivery.reply else ""
