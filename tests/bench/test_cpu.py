"""The benchmark of handler CPU runs to its end, with every request answered on both sides, and judges by its rows."""

import re
import subprocess
import sys

import pytest

from infra.project import ROOT
from tests.bench.cpu import Spent

ROW = re.compile(
    r"(?P<name>.+?)  +(?P<floor>\S.*?)  +(?P<ours>\d+) +(?P<bare>\d+) +(?P<ratio>\d+\.\d\d)(?P<verdict>.*)"
)
REQUESTS = {
    "GET /api/contest",
    "GET /api/me",
    "GET /api/claims",
    "POST /api/attempts",
    "POST …/submission",
    "POST /api/claims",
    "… without its message",
    "POST /wechat (follow)",
}


def test_it_measures_every_hot_request_and_judges_by_its_rows() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.cpu", "2", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    rows = [match for line in done.stdout.splitlines() if (match := ROW.fullmatch(line))]
    assert {row["name"] for row in rows} == REQUESTS, done.stderr
    assert all(int(row["ours"]) > 0 and int(row["bare"]) > 0 for row in rows)
    assert done.returncode == any(row["verdict"].strip() == "over" for row in rows)


def test_the_ratio_is_the_median_over_pairs_of_batches() -> None:
    assert Spent([2.0, 9.0, 30.0], [1.0, 3.0, 30.0]).ratio == pytest.approx(2.0)
