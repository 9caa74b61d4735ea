"""Each port has a contract suite: a test module here whose docstring begins with the port's name."""

import ast
from pathlib import Path

from chalicelib import ports

WITHOUT = {
    "Ports": "one attribute for each port",
    "Measure": "a log line, read in tests/infra/test_logs.py",
    "CurrentSwitches": "a copy of what the port Control holds",
    "Sessions": "one class, without an outside party: tests/http/test_sessions.py",
    "DeskSessions": "one class, without an outside party: tests/desk/test_desk_session.py",
    "SealedState": "one class, without an outside party: tests/adapters/test_sealing.py",
    "NoticeOpener": "one function, without an outside party: tests/adapters/test_v3_notification.py",
}
"""Ports without a suite, and why."""


def test_each_port_has_a_suite() -> None:
    protocols = {name for name in ports.__all__ if getattr(getattr(ports, name), "_is_protocol", False)}
    modules = Path(__file__).parent.rglob("test_*.py")
    docstrings = [ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "" for module in modules]
    suites = {docstring.partition(":")[0] for docstring in docstrings}
    assert protocols - suites == set(WITHOUT)
