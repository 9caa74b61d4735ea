"""Money that is paid by transfer: the steps of its receipt in WeChat."""

from typing import Any

from tests.browser.phone import WECHAT
from tests.browser.receipts import OLD_WECHAT
from tests.browser.states.made import LOST, NEVER, RECEIPT, Answer, passed, refused, transfer, winner
from tests.browser.states.state import State, Theme

OWED = winner(transfer("owed"))
TAPPED = ("receive",)
CANCEL = "window.sheet = Object({ said: 'requestMerchantTransfer:cancel' })"
READY = transfer("sent", receipt=RECEIPT)


def looks(*statuses: dict[str, Any]) -> dict[str, Any]:
    """The answers to each query of the claims, in turn."""
    return {"GET /api/claims": [{"claims": [one]} for one in statuses]}


def step(name: str) -> str:
    return f"[data-step={name}]"


THEME = Theme(
    "receipts",
    "收款（商家转账）",
    (
        State(
            "开出，待收款",
            passed(),
            ("claim", "open"),
            "[data-action=receive]",
            {"POST /api/claims": Answer(transfer("owed"), 201)},
            small=True,
        ),
        State("首页，待收款", OWED, shows="[data-waiting]", small=True),
        State("正在准备", OWED, TAPPED, step("preparing"), {"GET /api/sdk": NEVER}),
        State("正在准备，等微信支付", OWED, TAPPED, step("waiting")),
        State("没有收", OWED, (CANCEL, *TAPPED), step("cancelled"), looks(READY), later=3, small=True),
        State("没有查到", OWED, TAPPED, step("shown"), looks(READY), later=45),
        State("已到账", OWED, TAPPED, step("received"), looks(READY, transfer("received")), later=3),
        State("还在准备", OWED, TAPPED, step("late"), looks(transfer("sending")), later=120),
        State("微信版本太旧", OWED, TAPPED, step("old"), agent=OLD_WECHAT),
        State("电脑上", OWED, TAPPED, step("desktop"), agent=WECHAT + " WindowsWechat"),
        State("断网", OWED, TAPPED, step("error"), {"GET /api/sdk": LOST}, later=3),
        State("登录过期", OWED, TAPPED, step("error"), {"POST /api/claims/*/receipt": refused("not_signed_in")}),
        State("别人的红包", OWED, TAPPED, step("error"), {"POST /api/claims/*/receipt": refused("not_found")}),
    ),
)
