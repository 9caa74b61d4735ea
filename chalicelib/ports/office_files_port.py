"""The port for the private bucket of the organiser's desk: pictures, and files to download."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class UploadForm:
    """What a browser posts, as multipart/form-data with the file as the last field, `file`."""

    url: str
    fields: Mapping[str, str]


class OfficeFiles(Protocol):
    """Keys are paths such as `pictures/CONTEST/UNITHASH/ID.jpg`, `uploads/` with the same rest for a day, and
    `files/CONTEST/ID.zip`."""

    @property
    def origin(self) -> str:
        """The bucket's address for a content security policy: scheme and host."""
        ...

    def offer_upload(self, key: str, content_type: str, most_bytes: int) -> UploadForm:
        """Returns a form that uploads one file of this type and size at most, within 10 minutes. Calls nobody."""
        ...

    def file_address(self, key: str, seconds: int = 60, name: str = "") -> str:
        """Returns an address to read the file for so long; with a name it is downloaded under it. Calls nobody."""
        ...

    def read_file(self, key: str) -> bytes | None:
        """Returns None if it does not exist. Raises TryAgain."""
        ...

    def put_file(self, key: str, content: bytes, content_type: str) -> None:
        """Writes or replaces it. Raises TryAgain."""
        ...

    def remove_files(self, prefix: str) -> int:
        """Deletes all files whose keys begin so. For operators. Returns how many there were. Raises TryAgain."""
        ...
