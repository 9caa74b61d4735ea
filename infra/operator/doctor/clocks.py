"""Whether all clocks agree: the window is decided by the functions', signatures are checked by WeChat's and AWS's."""

import time
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

import requests

from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import Target

ABOUT = About("时钟")
NOTICED, WRONG = 2.0, 30.0
"""Seconds."""


def clocks(target: Target) -> Iterator[Finding]:
    for name, ask in (("函数", _of_functions), ("微信", _of_wechat), ("AWS", _of_aws)):
        seconds = ask(target)
        yield ABOUT.untold(f"{name}没有给出时间") if seconds is None else _judged(name, seconds)


def apart(theirs: datetime, before: float, after: float, precision: float = 0.0) -> float:
    """Seconds that `theirs` lies outside of what our clock said `before` and `after`; negative when it is behind.

    `precision`: how much may have been cut off, 1 for whole seconds.
    """
    said = theirs.timestamp()
    if said > after:
        return said - after
    return min(0.0, said + precision - before)


def _judged(name: str, seconds: float) -> Finding:
    told = f"本机比{name}{'慢' if seconds > 0 else '快'} {abs(seconds):.1f} 秒"
    if abs(seconds) > WRONG:
        return ABOUT.wrong(told, "校准本机时钟；若只与函数不符，请检查 CONTEST_NOW")
    if abs(seconds) > NOTICED:
        return ABOUT.warning(told, "校准本机时钟（NTP）")
    return ABOUT.ok(f"与{name}一致")


def _of_functions(target: Target) -> float | None:
    before = target.now().timestamp()
    try:
        said = datetime.fromisoformat(target.get("/api/contest").json()["server_time"])
    except (requests.RequestException, LookupError, TypeError, ValueError):
        return None
    return apart(said, before, target.now().timestamp())


def _of_wechat(target: Target) -> float | None:
    before = time.time()
    try:
        answer = target.get(f"{target.settings.wechat_api_url}/")
    except requests.RequestException:
        return None
    return _of_header(answer.headers.get("Date"), before)


def _of_aws(target: Target) -> float | None:
    before = time.time()
    answer = target.client("dynamodb").describe_table(TableName=f"{target.prefix}-control")
    return _of_header(answer["ResponseMetadata"]["HTTPHeaders"].get("date"), before)


def _of_header(date: str | None, before: float) -> float | None:
    return apart(parsedate_to_datetime(date), before, time.time(), precision=1.0) if date else None
