"""Notes that are read and written whole: the last counts, the saved menu, the import's progress."""

import json
from typing import Any

from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.adapters.store.models import NoteRow
from chalicelib.adapters.store.tables import Tables
from chalicelib.adapters.store.transaction import condition_failed, store_errors


class Note:
    def __init__(self, contest_id: str, name: str) -> None:
        self._contest_id, self._name = contest_id, name

    def read(self) -> str | None:
        with store_errors():
            try:
                return NoteRow.get(self._contest_id, self._name, consistent_read=True).text
            except DoesNotExist:
                return None

    def write(self, text: str) -> None:
        with store_errors():
            NoteRow(self._contest_id, self._name, text=text).save()

    def write_once(self, text: str) -> None:
        with store_errors():
            try:
                NoteRow(self._contest_id, self._name, text=text).save(NoteRow.name.does_not_exist())
            except PutError as error:
                if not condition_failed(error):
                    raise


class DynamoSavedMenu:
    def __init__(self, contest_id: str, tables: Tables) -> None:
        self._note = Note(contest_id, "menu")

    def read_saved_menu(self) -> dict[str, Any] | None:
        text = self._note.read()
        return None if text is None else dict(json.loads(text))

    def save_menu(self, menu: dict[str, Any]) -> None:
        self._note.write_once(json.dumps(menu, ensure_ascii=False))
