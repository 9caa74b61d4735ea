"""The units' texts and pictures of what they did."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.desk.desk_errors import ChangedMeanwhile, DeskRefused
from chalicelib.domain.desk.unit_story import (
    MOST_BYTES,
    MOST_PICTURES,
    MOST_UPLOADS,
    PICTURE_TYPE,
    forms_on,
    picture_key,
    pictures_of,
    read_text,
    text_of,
    upload_key,
    with_form,
)
from chalicelib.domain.errors import NotFound
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.domain.shanghai import SHANGHAI
from chalicelib.ports import NewId, OfficeFiles, UploadForm
from chalicelib.usecases.desk.unit_records import PICTURES, STORY, UnitRecords

TRIES = 5
"""Pictures of one unit may arrive from several phones at the same moment."""
SHOWN_SECONDS = 600
"""How long a page's addresses of pictures are valid."""


@dataclass(frozen=True, slots=True)
class StoryRecords:
    records: UnitRecords
    files: OfficeFiles
    new_id: NewId

    def all_texts(self) -> dict[str, str]:
        """By unit; units without a text are missing."""
        return {unit: text for unit, body in self.records.read_units(STORY).items() if (text := text_of(body))}

    def all_pictures(self) -> dict[str, tuple[str, ...]]:
        """Unit -> the keys of its pictures; units without any are missing."""
        return {unit: keys for unit, body in self.records.read_units(PICTURES).items() if (keys := pictures_of(body))}

    def read_story(self, unit: ReportingUnit) -> tuple[str, int]:
        """Returns the text, and the record's revision."""
        record = self.records.read_unit(STORY, unit)
        return text_of(record.body), record.revision

    def save_text(self, unit: ReportingUnit, given: str, revision: int, who: str) -> str:
        """Returns what is wrong with the text; then nothing is stored. Raises ChangedMeanwhile."""
        text, fault = read_text(given)
        if not fault:
            entry = self.records.entry(who, "desk story", unit, f"{len(text)} characters")
            self.records.write_unit(STORY, unit, {"text": text}, revision, entry)
        return fault

    def picture_keys(self, unit: ReportingUnit) -> tuple[str, ...]:
        return pictures_of(self.records.read_unit(PICTURES, unit).body)

    def picture_addresses(self, unit: ReportingUnit) -> list[tuple[str, str]]:
        return self.addresses_of(self.picture_keys(unit))

    def addresses_of(self, keys: Sequence[str]) -> list[tuple[str, str]]:
        """Returns each picture's id, and an address to show it."""
        return [(_id_of(key), self.files.file_address(key, SHOWN_SECONDS)) for key in keys]

    def offer_picture(self, unit: ReportingUnit) -> tuple[str, UploadForm]:
        """Returns the id of a new picture, and the form that uploads it. Raises DeskRefused if there are nine, or after
        MOST_UPLOADS in a day."""
        picture, day = self.new_id(), self.records.clock().astimezone(SHANGHAI).date()

        def counted(body: Mapping[str, Any]) -> Mapping[str, Any]:
            self._require_room(pictures_of(body))
            if len(forms_on(body, day)) >= MOST_UPLOADS:
                raise DeskRefused(429, f"一天至多上传 {MOST_UPLOADS} 次图片，请明天再传。", "uploads_full")
            return with_form(body, day, picture)

        self._change(unit, counted)
        return picture, self.files.offer_upload(self._key(upload_key, unit, picture), PICTURE_TYPE, MOST_BYTES)

    def keep_picture(self, unit: ReportingUnit, picture: str, who: str) -> None:
        """Adds an uploaded picture to the unit's. Raises NotFound if it was not uploaded, and DeskRefused if there are
        nine."""
        key, upload = self._key(picture_key, unit, picture), self._key(upload_key, unit, picture)

        def added(body: Mapping[str, Any]) -> Mapping[str, Any]:
            keys = pictures_of(body)
            if key in keys:
                return body
            content = self.files.read_file(upload)
            if content is None:
                raise NotFound
            self._require_room(keys)
            self.files.put_file(key, content, PICTURE_TYPE)
            return {**body, "keys": [*keys, key]}

        self._change(unit, added, who)

    def remove_picture(self, unit: ReportingUnit, picture: str, who: str) -> None:
        """Removes it from the unit's; the bucket deletes the file with all others. A repeat changes nothing."""

        def without(body: Mapping[str, Any]) -> Mapping[str, Any]:
            keys = pictures_of(body)
            left = [key for key in keys if _id_of(key) != picture]
            return {**body, "keys": left} if len(left) < len(keys) else body

        self._change(unit, without, who)

    def _change(
        self, unit: ReportingUnit, change: Callable[[Mapping[str, Any]], Mapping[str, Any]], who: str = ""
    ) -> None:
        """Changes the record of the unit's pictures; with `who`, the log has their number. Raises ChangedMeanwhile if
        others change it each time."""
        for last in (False,) * (TRIES - 1) + (True,):
            record = self.records.read_unit(PICTURES, unit)
            body = change(record.body)
            if body == record.body:
                return
            new = f"{len(pictures_of(body))} pictures"
            entry = self.records.entry(who, "desk pictures", unit, new) if who else None
            try:
                self.records.write_unit(PICTURES, unit, body, record.revision, entry)
            except ChangedMeanwhile:
                if last:
                    raise
            else:
                return

    def _key(self, key: Callable[[str, str, str], str], unit: ReportingUnit, picture: str) -> str:
        """Raises NotFound for what no id can be: it would name another unit's file."""
        if not re.fullmatch(r"[0-9A-Za-z]{1,40}", picture):
            raise NotFound
        return key(self.records.contest.id, unit.name, picture)

    def _require_room(self, keys: tuple[str, ...]) -> None:
        if len(keys) >= MOST_PICTURES:
            raise DeskRefused(409, f"每个单位至多 {MOST_PICTURES} 张图片。", "pictures_full")


def _id_of(key: str) -> str:
    return key.rpartition("/")[2].removesuffix(".jpg")
