"""The quiz: its questions, the overview, and leaving it."""

from datetime import timedelta

from chalicelib.adapters.http.render import moment
from tests.browser.states.made import NEVER, NOW, Answer, drawn, me
from tests.browser.states.state import State, Theme

FIRST = ("start", ".option")
ALL = ("start", *(10 * (".option", "next")))
FINISHED = (*ALL, "submit")
STEM = "[data-screen=question] .stem"


def draw(*ids: str, seconds: int = 0) -> dict[str, Answer]:
    """The draw's answer, of these questions, with so many seconds left."""
    ends = {"expires_at": moment(NOW + timedelta(seconds=seconds))} if seconds else {}
    return {"POST /api/attempts": Answer(drawn(*ids) | ends, 201)}


THEME = Theme(
    "answering",
    "答题",
    (
        State("正在抽题", steps=("start",), api={"POST /api/attempts": NEVER}, shows=".slow", later=1),
        State("正在抽题，网络慢", steps=("start",), api={"POST /api/attempts": NEVER}, shows=".slow", later=4),
        State("题目", steps=("start",), shows=STEM, small=True),
        State("选了一项", steps=(*FIRST, "next", ".option + .option"), shows=".option input:checked", small=True),
        State("题目，大字", steps=("start",), stored={"care": "1"}, shows=STEM, small=True),
        State("选项是网址", steps=("start",), api=draw("q045"), shows=STEM, small=True),
        State("选项很长", steps=("start",), api=draw("q016"), shows=STEM, small=True),
        State("最后一题，不到一分钟", steps=ALL[:-1], api=draw(seconds=42), shows=".late"),
        State("先离开吗", steps=(*FIRST, "home"), shows="[data-action=stay]"),
        State(
            "检查，有题未答", steps=("start", *(4 * (".option", "next")), *(6 * ("next",))), shows=".cells", small=True
        ),
        State("检查，全部答完", steps=ALL, shows="[data-action=submit]"),
        State("正在交卷", steps=FINISHED, api={"POST /api/attempts/*/submission": NEVER}, shows=".slow", later=1),
        State(
            "交卷太快，等几秒",
            me(about={"min_seconds": 5}),
            FINISHED,
            ".problem[data-code=too_many_requests] [data-due]",
        ),
    ),
)
