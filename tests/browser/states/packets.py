"""The red packet: shut, refused, opened, and its payout."""

from datetime import timedelta

from chalicelib.adapters.http.render import moment
from tests.browser.states.made import CONTEST, LOST, NEVER, NOW, Answer, claim, passed, refused
from tests.browser.states.state import State, Theme

OPEN = ("claim", "open")
OPENED = "[data-screen=packet] .amount"
MORNING = moment(NOW + timedelta(hours=12))

THEME = Theme(
    "packets",
    "红包",
    (
        State("开红包", passed(), ("claim",), "[data-action=open]", small=True),
        State("正在拆", passed(), OPEN, ".spin", {"POST /api/claims": NEVER}),
        State("开出，发放中", passed(), OPEN, OPENED, small=True),
        State(
            "开出，最大额",
            passed(),
            OPEN,
            OPENED,
            {"POST /api/claims": Answer(claim("owed", CONTEST.prizes.max_fen), 201)},
            small=True,
        ),
        State("开出，大字", passed(), OPEN, OPENED, stored={"care": "1"}, small=True),
        State("开出，夜里", passed(about={"paid_from": MORNING}), OPEN, OPENED),
        State("开出，已发出", passed(), OPEN, OPENED, {"POST /api/claims": Answer(claim("sent"), 201)}),
        State("开出，页面自己看到已发出", passed(), OPEN, ".tag.act", later=4),
        State("已领完", passed(), OPEN, "[data-code]", {"POST /api/claims": refused("prizes_exhausted")}, small=True),
        State("资格核实中", passed(), OPEN, "[data-code]", {"POST /api/claims": refused("on_hold")}),
        State(
            "刚关注不久",
            passed(),
            OPEN,
            "[data-code]",
            {"POST /api/claims": refused("follow_first", **{"from": MORNING})},
        ),
        State("断网", passed(), OPEN, "[data-code]", {"POST /api/claims": LOST}, later=3, small=True),
    ),
)
