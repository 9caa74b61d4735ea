"""A rehearsed week in a small size, and that its checks can fail."""

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest

from infra.rehearsal.__main__ import main
from infra.rehearsal.kinds import KINDS, Cheated, kind_of, refused
from infra.rehearsal.phone import Refused


@pytest.mark.skipif("EVERY_LOAD" not in os.environ, reason="takes most of a minute; `make soak` runs it")
def test_a_small_week_ends_with_clean_books(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--people", "20", "--instances", "1", "--workers", "1"], tmp_path)
    said = capsys.readouterr().out
    assert code == 0, said
    for expected in ("商户余额不足", "应答 500", "收款人暂不可付", "1 个单位报送", "账目相符"):
        assert expected in said
    assert (tmp_path / "报告" / "数据表.xlsx").stat().st_size > 10_000
    assert "演练广场" in (tmp_path / "报告" / "报告草稿.html").read_text(encoding="utf-8")


def test_each_hundred_has_all_kinds() -> None:
    assert Counter(kind_of(number) for number in range(100)) == dict(KINDS)


@pytest.mark.parametrize("code", ["", "try_again"])
def test_a_cheat_that_succeeds_is_found(code: str) -> None:
    async def call() -> None:
        if code:
            raise Refused(code)

    with pytest.raises(Cheated):
        asyncio.run(refused("no_chance_left", call()))
