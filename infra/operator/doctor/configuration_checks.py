"""Checks that the contest file, settings and secrets exist, are well-formed, and match this checkout."""

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from chalicelib.adapters.http.render import moment
from chalicelib.config_faults import undisclosed
from chalicelib.domain.errors import ConfigError, SettingsError
from infra.operator.cloud.stored_secrets import ALL_NAMES, expected_names
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import SECRETS, code_of

FILE, ABOUT = About("竞赛配置"), About("设置与密钥")
SHAPES = {
    "WECHAT_APP_ID": (r"wx[0-9A-Za-z]{16}", "应为 wx 开头的 18 个字符"),
    "WECHAT_APP_SECRET": (r"[0-9A-Za-z]{32}", "应为 32 个字母和数字"),
    "WECHAT_TOKEN": (r"[0-9A-Za-z]{3,32}", "应为 3 至 32 个字母和数字"),
    "WECHAT_MCH_ID": (r"\d{8,10}", "应为 8 至 10 位数字"),
    "WECHAT_PAY_KEY": (r"[0-9A-Za-z]{32}", "应为 32 个字母和数字（商户平台的 APIv2 密钥）"),
    "WECHAT_PAY_V3_KEY": (r"[0-9A-Za-z]{32}", "应为 32 个字母和数字（商户平台的 APIv3 密钥）"),
    "WECHAT_PAY_SERIAL": (r"[0-9A-F]{40}", "应为 40 个数字和 A 至 F（商户 API 证书的序列号）"),
}
"""The formats that WeChat's consoles issue. What the application requires is in `chalicelib.settings`."""


def contest_file(target: Target) -> Iterator[Finding]:
    try:
        found = target.contest
    except ConfigError as error:
        for problem in error.problems:
            yield FILE.wrong(problem, "改正后重新部署")
    else:
        unsaid = [] if target.is_local else [FILE.wrong(one, "填写后重新部署") for one in undisclosed(found)]
        window = f"{moment(found.window.opens_at)} 至 {moment(found.window.closes_at)}"
        yield from FILE.unless(unsaid, f"{found.id}，{window}")


def settings(target: Target) -> Iterator[Finding]:
    """Reports unreadable settings as WRONG here; the other checks that need them report UNKNOWN."""
    unread = [*_read_faults("密钥", lambda: target.settings), *_read_faults("支付密钥", lambda: target.pay_settings)]
    if unread:
        yield from unread
        return
    faults = [] if target.is_local else [*_malformed_settings(target), *_not_as_deployed(target)]
    count = sum(map(len, expected_names("", target.contest.payouts.product).values()))
    yield from ABOUT.unless(faults, "本机默认值" if target.is_local else f"{count} 项密钥齐全，格式正确")


def malformed(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yields the name of each malformed secret and what is wrong; never its value."""
    for name, (shape, words) in SHAPES.items():
        if not values.get(name):
            continue  # not needed by the product that pays; what is missing is reported when it is read
        if values[name] != values[name].strip():
            yield name, "首尾有空格或换行"
        elif not re.fullmatch(shape, values[name]):
            yield name, words


def _read_faults(what: str, read: Callable[[], object]) -> Iterator[Finding]:
    try:
        read()
    except ClientError as error:
        code = code_of(error)
        yield ABOUT.wrong(f"读不到 SSM 中的{what}（{code}）", "请用有权读取的凭证，并核对 SECRETS_PATH 与地区")
    except SettingsError as error:
        for problem in error.problems:
            yield ABOUT.wrong(problem, SECRETS if problem.split()[0] in ALL_NAMES else "请设置后再试")


def _malformed_settings(target: Target) -> Iterator[Finding]:
    found = target.settings
    values = {
        "WECHAT_APP_ID": found.app_id,
        "WECHAT_APP_SECRET": found.app_secret,
        "WECHAT_TOKEN": found.token,
        "WECHAT_MCH_ID": target.pay_settings.mch_id,
        "WECHAT_PAY_KEY": target.pay_settings.pay_key,
        "WECHAT_PAY_V3_KEY": target.pay_settings.v3_key,
        "WECHAT_PAY_SERIAL": target.pay_settings.serial,
    }
    for name, words in malformed(values):
        yield ABOUT.wrong(f"{name} {words}", SECRETS)
    if urlsplit(found.public_base_url).path:
        yield ABOUT.wrong("PUBLIC_BASE_URL 带有路径", "只写 https:// 和主机名，改后重新部署")


def _not_as_deployed(target: Target) -> Iterator[Finding]:
    """Warns where the operator's environment differs from the functions'."""
    stage = target.config["stages"].get(target.stage, {}).get("environment_variables", {})
    other = [name for name, value in stage.items() if target.environ.get(name) != value]
    if other:
        yield ABOUT.warning(f"与 .chalice/config.json 不同：{'、'.join(other)}", "以 --stage 运行，或改正环境变量")
    own = [name for name in ALL_NAMES if target.environ.get(name)]
    if own and target.environ.get("SECRETS_PATH"):
        yield ABOUT.warning(f"环境变量中的 {'、'.join(own)} 盖过了 SSM", "函数用的是 SSM 中的值，请去掉这些变量")
