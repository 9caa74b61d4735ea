"""Notes that are read and written whole: the last counts, the saved menu, the import's progress."""

import json
from datetime import datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.expressions.condition import Condition

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

    def write_later(self, text: str, at: datetime) -> None:
        """Writes it unless a text of a later time is stored."""
        row = NoteRow(self._contest_id, self._name, text=text, written_at=to_ms(at))
        self._save(row, NoteRow.written_at.does_not_exist() | (NoteRow.written_at <= row.written_at))

    def keep_first(self, text: str) -> str:
        """Writes the text unless there is one. Returns the kept one."""
        row = NoteRow(self._contest_id, self._name)
        updated(row, [NoteRow.text.set(NoteRow.text | text)], None)
        return row.text

    def write_once(self, text: str) -> None:
        self._save(NoteRow(self._contest_id, self._name, text=text), NoteRow.name.does_not_exist())

    def _save(self, row: NoteRow, condition: Condition) -> None:
        """Does nothing where the condition fails."""
        with store_errors():
            try:
                row.save(condition)
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
