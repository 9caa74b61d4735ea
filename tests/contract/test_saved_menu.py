"""SavedMenu: the menu found before opening is saved once and read back unchanged."""

from typing import Any

from chalicelib.ports import Ports
from tests.contract.conftest import Engine

MENU: dict[str, Any] = {
    "button": [
        {"type": "view", "name": "信用查询", "url": "http://www.example.cn/?a=1&b=“2”"},
        {"name": "更多", "sub_button": [{"type": "click", "name": "🏛️", "key": "K1"}]},
    ]
}


def test_nothing_is_saved_at_first(ports: Ports) -> None:
    assert ports.saved_menu.read_saved_menu() is None


def test_a_menu_comes_back_as_it_was(ports: Ports) -> None:
    ports.saved_menu.save_menu(MENU)
    assert ports.saved_menu.read_saved_menu() == MENU


def test_the_first_menu_stays(engine: Engine, ports: Ports) -> None:
    ports.saved_menu.save_menu(MENU)
    before = engine.dump()
    ports.saved_menu.save_menu({"button": []})
    assert engine.dump() == before


def test_no_menu_is_one_too(ports: Ports) -> None:
    ports.saved_menu.save_menu({"button": []})
    ports.saved_menu.save_menu(MENU)
    assert ports.saved_menu.read_saved_menu() == {"button": []}


def test_contests_save_their_own(engine: Engine, ports: Ports, contest_id: str) -> None:
    ports.saved_menu.save_menu(MENU)
    assert engine.ports(contest_id + "x").saved_menu.read_saved_menu() is None
