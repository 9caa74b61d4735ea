"""Notes that are read and written whole: the last counts, the saved menu, the import's progress."""

import json
from datetime import datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.adapters.store.models import NoteRow
from chalicelib.adapters.store.row_values import moment_or_none, to_ms
from chalicelib.adapters.store.tables import Tables
from chalicelib.adapters.store.transaction import condition_failed, store_errors, updated


class Note:
    def __init__(self, contest_id: str, name: str) -> None:
        self._contest_id, self._name = contest_id, name

    def read(self) -> str | None:
        return self.read_with_time()[0]

    def read_with_time(self) -> tuple[str | None, datetime | None]:
        """Returns the text, and the time that was written with it."""
        with store_errors():
            try:
                row = NoteRow.get(self._contest_id, self._name, consistent_read=True)
            except DoesNotExist:
                return None, None
            return row.text, moment_or_none(row.written_at)

    def write(self, text: str, at: datetime | None = None) -> None:
        with store_errors():
            NoteRow(self._contest_id, self._name, text=text, written_at=to_ms(at) if at else None).save()

    def keep_first(self, text: str) -> str:
        """Writes the text unless there is one. Returns the kept one."""
        row = NoteRow(self._contest_id, self._name)
        updated(row, [NoteRow.text.set(NoteRow.text | text)], None)
        return row.text

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
