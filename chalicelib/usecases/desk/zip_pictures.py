"""A unit's pictures and text as one zip, made by the function `office`."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.desk.desk_job import MadeFile
from chalicelib.domain.errors import NotFound
from chalicelib.ports import OfficeFiles
from chalicelib.usecases.desk.story_records import StoryRecords
from chalicelib.usecases.desk.unit_records import UnitRecords

PICTURES = "pictures"
"""The kind of job; it is about a `unit`."""


@dataclass(frozen=True, slots=True)
class PictureZip:
    records: UnitRecords
    stories: StoryRecords
    files: OfficeFiles

    def make_zip(self, about: Mapping[str, str]) -> MadeFile:
        """Nine pictures have at most 14 MB. Raises NotFound if the bucket no longer has one of them."""
        unit = self.records.unit_named(about["unit"])
        text, _ = self.stories.read_story(unit)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:  # JPEG files do not get smaller
            for number, key in enumerate(self.stories.picture_keys(unit), start=1):
                content = self.files.read_file(key)
                if content is None:
                    raise NotFound
                made.writestr(f"{unit.name}/{number}.jpg", content)
            made.writestr(
                f"{unit.name}/开展情况.txt", "\ufeff" + text
            )  # Windows' editor takes it for UTF-8 by the mark
        return MadeFile(f"{unit.name}图片.zip", out.getvalue(), "application/zip")
