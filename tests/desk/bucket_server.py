"""The fake bucket on a port, for browsers: takes posted forms and shows files."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from chalicelib.ports import UploadForm
from tests.support.office_files import FakeFiles


@contextmanager
def bucket_server(files: FakeFiles) -> Iterator[None]:
    """Serves these files, and makes the addresses of `files` lead here."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            fields, file = {}, b""
            for part in message_from_bytes(head + body).get_payload():
                name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
                content = part.get_payload(decode=True)  # type: ignore[union-attr]
                if name == "file":
                    file = content  # type: ignore[assignment]
                else:
                    fields[str(name)] = content.decode()  # type: ignore[union-attr]
            taken = files.receive(UploadForm("", fields), file, fields["Content-Type"])
            self._send(204 if taken else 403, b"")

        def do_GET(self) -> None:
            content, kind = files.files[unquote(urlsplit(self.path).path)[1:]]
            self._send(200, content, kind)

        def _send(self, status: int, content: bytes, kind: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    files.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
