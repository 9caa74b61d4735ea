"""The page's pure logic in node, and the files as they are served."""

import subprocess
from pathlib import Path

import pytest
import requests

from chalicelib.adapters.http.page_files import WEB, slim
from infra.local.local_stack import Stack
from infra.project import ROOT

SCRIPTS = sorted(path.name for path in WEB.glob("*.js"))


def test_the_scripts_own_tests_pass() -> None:
    done = subprocess.run(
        ["node", "--test", "tests/web/"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# pass 0\n" not in done.stdout


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_served_is_the_slimmed_source_and_still_parses(name: str, contest: Stack, tmp_path: Path) -> None:
    served = requests.get(f"{contest.url}/static/{name}", timeout=10)
    assert served.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert served.text == slim((WEB / name).read_text(encoding="utf-8"))

    copy = tmp_path / "served.mjs"
    copy.write_text(served.text, encoding="utf-8")
    done = subprocess.run(["node", "--check", copy], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
