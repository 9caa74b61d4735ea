"""Checks the public address with the requests that WeChat and a browser send."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from chalicelib.adapters.http.render import contest_body
from chalicelib.domain.switches import Switches
from infra.operator.doctor.findings import OLD_SECRETS, About, Finding
from infra.operator.doctor.target import Target

HEALTH, CONTEST, CALLBACK = About("公网地址"), About("线上的竞赛配置"), About("消息回调")
OAUTH, BACK = About("网页授权"), About("函数到微信")
CHANGING = frozenset("phase paused server_time prizes paid_from commitment".split())
"""The fields of /api/contest that change over time and do not come from the contest file."""


def health(target: Target) -> Iterator[Finding]:
    answer = target.get("/healthz")
    if answer.status_code == 200 and json_of(answer).get("status") == "ok":
        yield HEALTH.ok(f"{target.url}/healthz 正常")
    else:
        yield HEALTH.wrong(f"/healthz 回答 {answer.status_code}", "查看函数日志；检查密钥、域名映射和部署")


def contest(target: Target) -> Iterator[Finding]:
    answer = target.get("/api/contest")
    if answer.status_code != 200:
        yield CONTEST.wrong(f"/api/contest 回答 {answer.status_code}", "查看函数日志")
        return
    theirs, ours = json_of(answer), contest_body(target.contest, Switches(), target.now())
    if theirs.get("contest_id") != target.contest.id:
        yield CONTEST.wrong("竞赛编号与本目录的 contest.toml 不同", "这不是要查的部署，或没有部署最新的配置")
    elif other := [name for name, value in ours.items() if name not in CHANGING and theirs.get(name) != value]:
        yield CONTEST.wrong(f"与本目录的 contest.toml 不同：{'、'.join(other)}", "重新部署，或检出已部署的版本")
    else:
        yield CONTEST.ok(f"{target.contest.id}，与本目录的 contest.toml 一致")


def callback(target: Target) -> Iterator[Finding]:
    """Verifies the callback as the platform does, and that a wrong signature is rejected."""
    token, timestamp, nonce = target.settings.token, str(int(target.now().timestamp())), secrets.token_hex(8)
    joined = "".join(sorted([token, timestamp, nonce]))
    right = hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()
    query = {"timestamp": timestamp, "nonce": nonce, "echostr": secrets.token_hex(8)}
    good = target.get("/wechat", params={**query, "signature": right})
    bad = target.get("/wechat", params={**query, "signature": "0" * len(right)})
    if (good.status_code, good.text) != (200, query["echostr"]):
        yield CALLBACK.wrong(
            f"签名正确的验证回答 {good.status_code}", "函数的 WECHAT_TOKEN 与 SSM 不同或时钟不准：重新部署"
        )
    if bad.status_code != 403:
        yield CALLBACK.wrong(f"签名错误的验证回答 {bad.status_code}，应为 403", "这不是本应用，检查域名映射")
    elif good.text == query["echostr"]:
        yield CALLBACK.ok(f"{target.url}/wechat 认得我们的 Token，拒绝错误的签名")


def oauth(target: Target) -> Iterator[Finding]:
    answer = target.get("/oauth/start", params={"next": "/"})
    yield from OAUTH.unless(_redirect_faults(target, answer), "跳转到微信授权页，AppID 与回跳地址正确")


def code_exchange(target: Target) -> Iterator[Finding]:
    """Sends a made-up code: WeChat's refusal of it proves that the functions reach WeChat and the secret is valid."""
    begun = target.get("/oauth/start", params={"next": "/"})
    state = _query(begun).get("state", [""])[0]
    cookies = {cookie.name: cookie.value or "" for cookie in begun.cookies}
    answer = target.get("/oauth/callback", params={"code": "contest-doctor", "state": state}, cookies=cookies)
    code = _query(answer).get("e", [""])[0]
    if code == "authorization_failed":
        yield BACK.ok("已部署的函数能访问微信，AppSecret 有效")
    else:
        words = "微信没有应答或拒绝了函数" if code == "try_again" else f"授权回跳回答 {answer.status_code} {code}"
        yield BACK.wrong(words, "查看函数日志中的错误码；检查固定出口、AppSecret")


def leads_to_authorization(target: Target, answer: requests.Response) -> bool:
    return answer.status_code == 302 and answer.headers.get("Location", "").startswith(
        f"{target.settings.wechat_open_url}/connect/oauth2/authorize?"
    )


def _redirect_faults(target: Target, answer: requests.Response) -> Iterator[Finding]:
    if not leads_to_authorization(target, answer):
        yield OAUTH.wrong(f"/oauth/start 回答 {answer.status_code}，没有跳转到微信", "查看函数日志")
        return
    query = _query(answer)
    if query.get("appid") != [target.settings.app_id]:
        yield OAUTH.wrong("跳转用的 AppID 与 SSM 不同", OLD_SECRETS)
    if query.get("redirect_uri") != [f"{target.url}/oauth/callback"]:
        yield OAUTH.wrong("回跳地址不是 PUBLIC_BASE_URL", "核对函数的 PUBLIC_BASE_URL，重新部署")


def _query(answer: requests.Response) -> Mapping[str, list[str]]:
    return parse_qs(urlsplit(answer.headers.get("Location", "")).query)


def json_of(answer: requests.Response) -> Mapping[str, Any]:
    """Returns the JSON object in the body; empty when there is none."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
