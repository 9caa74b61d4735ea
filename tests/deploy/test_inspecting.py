"""What doctor may say in the rehearsal: the emulator's known faults, each of them, and nothing else that is wrong."""

import pytest

from infra.deploy.inspecting import held_against
from infra.local.processes import LocalError

LACKING = (r"告警：缺少 .* 等 \d+ 个。",)
SAID = ["✓ 队列：4 个", "! 出口地址：没有固定出口。部署", "✗ 告警：缺少 a、b 等 29 个。执行 up", "✓ 1、! 1、✗ 1、– 0"]


def test_the_known_faults_and_the_rest_well() -> None:
    held_against(SAID, LACKING, {"队列"})


@pytest.mark.parametrize(
    ("said", "right", "words"),
    [
        (["✗ 队列：没有。建", *SAID], {"队列"}, "不该有的"),
        (["✗ 告警：正在响。看", *SAID], {"队列"}, "不该有的"),
        ([SAID[0], SAID[-1]], {"队列"}, "应有而没有的"),
        (SAID, {"队列", "函数"}, "没有 ✓ 的：应为 []，却是 ['函数']"),
        (["– 队列：无权", *SAID], {"队列"}, "没有 ✓ 的"),
        (["! 队列：有消息。看", *SAID], {"队列"}, "没有 ✓ 的"),
    ],
)
def test_anything_else_ends_it(said: list[str], right: set[str], words: str) -> None:
    with pytest.raises(LocalError) as ended:
        held_against(said, LACKING, right)
    assert words in str(ended.value)
