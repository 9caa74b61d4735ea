"""The rehearsal does what an operator does: `make deploy` line by line, and every step that it names."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.deploy.rehearsal import steps
from infra.deploy.site import Site
from infra.deploy.staging import STAGE, clone
from infra.local.processes import ROOT


def test_it_deploys_as_the_makefile_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran: list[tuple[str, str]] = []

    def record(
        self: Site, what: str, command: Sequence[str], folder: Path, variables: Mapping[str, str]
    ) -> tuple[int, str, str]:
        ran.append((" ".join(command[1:]), str(folder.relative_to(tmp_path))))
        return 0, "", ""

    monkeypatch.setattr(Site, "_run", record)
    site = Site("", "", tmp_path, tmp_path, {}, tmp_path, tmp_path, SimpleNamespace(environ={}))  # type: ignore[arg-type]
    site.build()
    site.deploy()

    printed = subprocess.run(
        ["make", "-n", "deploy", f"STAGE={STAGE}"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.replace('"', "")
    (build, _), (deploy, folder), (answers, _) = ran
    chalice = deploy.replace("-m infra.deploy.chalice_cli", "chalice")
    wanted = [f"python {build}", f"cd {folder} && {chalice}", f"python {answers}"]
    assert [line for line in printed.splitlines() if "infra." in line or "chalice" in line] == wanted


def test_local_is_not_deployed() -> None:
    done = subprocess.run(
        ["make", "-n", "deploy", "STAGE=local"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode
    assert "chalice deploy" not in done.stdout


def test_a_clone_is_what_an_operator_works_with(tmp_path: Path) -> None:
    clone(ROOT, tmp_path / "clone")
    there = {one.name for one in (tmp_path / "clone").iterdir()}
    assert {"app.py", "contest", "infra", "chalicelib", ".chalice", "requirements.txt"} <= there
    assert not (tmp_path / "clone" / ".chalice" / "deployed").exists()
    assert (tmp_path / "clone" / "infra" / "resources.yaml").is_file()


def test_every_step_has_a_name_of_its_own() -> None:
    class Anything:
        def __getattr__(self, name: str) -> Callable[[], str]:
            return lambda: name

    run: Any = SimpleNamespace(site=None, first=Anything())
    names = [name for name, _ in steps(run)]
    assert len(names) == len(set(names)) > 20
