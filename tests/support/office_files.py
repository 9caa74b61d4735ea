"""The desk's bucket in memory."""

from urllib.parse import quote

from chalicelib.ports import UploadForm
from tests.support.world import World

ORIGIN = "https://office.example"


class FakeFiles:
    """`files` has each file's content and type by key."""

    def __init__(self, world: World) -> None:
        self._world, self.origin = world, ORIGIN
        self.files: dict[str, tuple[bytes, str]] = {}
        self._limits: dict[str, tuple[str, int]] = {}

    def offer_upload(self, key: str, content_type: str, most_bytes: int) -> UploadForm:
        self._limits[key] = content_type, most_bytes
        return UploadForm(self.origin, {"key": key, "Content-Type": content_type})

    def receive(self, form: UploadForm, content: bytes, content_type: str) -> bool:
        """What the bucket does with a browser's upload; returns whether it took the file."""
        expected, most = self._limits[form.fields["key"]]
        if content_type != expected or not 0 < len(content) <= most:
            return False
        self.files[form.fields["key"]] = content, content_type
        return True

    def file_address(self, key: str, seconds: int = 60, name: str = "") -> str:
        return f"{self.origin}/{quote(key)}?seconds={seconds}" + (f"&name={quote(name)}" if name else "")

    def read_file(self, key: str) -> bytes | None:
        with self._world.call("office_files.read_file"):
            return self.files[key][0] if key in self.files else None

    def put_file(self, key: str, content: bytes, content_type: str) -> None:
        with self._world.call("office_files.put_file"):
            self.files[key] = content, content_type

    def remove_files(self, prefix: str) -> int:
        with self._world.call("office_files.remove_files"):
            found = [key for key in self.files if key.startswith(prefix)]
            for key in found:
                del self.files[key]
            return len(found)
