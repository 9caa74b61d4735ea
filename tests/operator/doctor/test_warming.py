"""Warming up: rounds of concurrent requests until none has a cold start."""

from threading import Barrier

import pytest

from infra.operator.doctor import warming
from infra.operator.doctor.check_runner import Check
from infra.operator.doctor.warming import Round, is_warm
from tests.operator.doctor.conftest import Clinic


def warm_up(instances: int, most: int = 3) -> Check:
    return Check("预热", lambda target: warming.rounds(target, instances, most))


def test_a_warm_round_is_the_last(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "COLD_SECONDS", 60)
    text = clinic.text(warm_up(4))
    assert "✓ 预热：第 1 轮：4 个请求，失败 0，中位" in text
    assert "4 个同时的请求都没有遇到冷启动" in text
    assert clinic.web.asked == ["/api/contest"] * 4


def test_rounds_have_an_end(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "is_warm", lambda found, first: False)
    text = clinic.text(warm_up(2, most=3))
    assert len(clinic.web.asked) == 6
    assert text.endswith("! 预热：3 轮之后仍有慢的回答。再执行一次；仍然如此则检查函数耗时和网络")


def test_even_answers_that_are_slow_are_a_warning(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "_ask", lambda *_: 3.0)
    text = clinic.text(warm_up(2, most=2))
    assert "没有遇到冷启动" not in text
    assert text.endswith("! 预热：2 轮之后仍有慢的回答。再执行一次；仍然如此则检查函数耗时和网络")


def test_what_fails_is_counted_and_wrong(clinic: Clinic) -> None:
    clinic.web.canned["/api/contest"] = (429, "{}")
    text = clinic.text(warm_up(3, most=2))
    assert text.count("✗ 预热：第") == 2
    assert "3 个请求，失败 3。查看函数的错误与限流" in text
    clinic.target.environ = {**clinic.target.environ, "PUBLIC_BASE_URL": "https://nobody.example"}
    assert "2 个请求，失败 2。" in clinic.text(warm_up(2, most=1))


def test_all_ask_at_once(clinic: Clinic) -> None:
    clinic.web.together = Barrier(3)
    assert "3 个请求，失败 0" in clinic.text(warm_up(3, most=1))


@pytest.mark.parametrize(
    ("seconds", "failures", "first", "warm"),
    [
        ((0.1, 0.2), 0, True, True),
        ((0.1, 0.9), 0, False, False),
        ((0.8, 0.9), 0, True, False),
        ((0.8, 0.9), 0, False, True),
        ((3.0, 5.5), 0, False, False),
        ((0.9, 1.01), 0, False, False),
        ((0.1, 0.1), 1, False, False),
        ((), 2, False, False),
    ],
)
def test_when_a_round_is_warm(seconds: tuple[float, ...], failures: int, first: bool, warm: bool) -> None:
    assert is_warm(Round(seconds, failures), first) is warm
