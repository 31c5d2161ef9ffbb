"""A bucket that speaks as much of S3 as archives need: objects put, read, listed and deleted, uploads in parts.

The client against it is the real one, with its signatures, retries and parts. An object is there once it is complete,
as in S3; `outage` makes it answer 503.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase, BytesIO
from types import MappingProxyType
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

WHEN = "2026-11-22T12:00:00.000Z"


class Bucket:
    """The objects by key, and what is being uploaded."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.outage = False
        self.port = 0

    @property
    def url(self) -> str:
        """What `retention.archive` is to say."""
        query = f"endpoint_override=127.0.0.1:{self.port}&scheme=http&region=eu-west-1"
        return f"s3://bucket/archive?{query}"


@contextmanager
def running_bucket() -> Iterator[Bucket]:
    """A bucket of the name `bucket`, on a free port of the loopback interface."""
    bucket = Bucket()

    class Handler(_Handler):
        held = bucket

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bucket.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    held: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        """An object, a part of one, or a list."""
        key, query = self._asked()
        if self._away():
            return
        if not key:
            self._answer(200, self._listed(query))
        elif (content := self.held.objects.get(key)) is None:
            self._answer(404, _xml("Error", "<Code>NoSuchKey</Code>"))
        elif found := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            begin, end = int(found[1]), min(int(found[2] or len(content) - 1), len(content) - 1)
            about = {"Content-Range": f"bytes {begin}-{end}/{len(content)}"}
            self._answer(206, content[begin : end + 1], about)
        else:
            self._answer(200, content)

    def do_HEAD(self) -> None:
        """Whether an object is there; the bucket always is."""
        key, _ = self._asked()
        if self._away():
            return
        content = self.held.objects.get(key) if key else b""
        self._answer(404 if content is None else 200, content or b"", body=False)

    def do_PUT(self) -> None:
        """An object, or a part of an upload."""
        key, query = self._asked()
        content = self._body()
        if self._away():
            return
        if "uploadId" in query:
            self.held.uploads[query["uploadId"]][int(query["partNumber"])] = content
        elif key:
            self.held.objects[key] = content
        self._answer(200, b"", {"ETag": f'"{md5(content).hexdigest()}"'})

    def do_POST(self) -> None:
        """An upload begins, or ends."""
        key, query = self._asked()
        self._body()
        if self._away():
            return
        if "uploads" in query:
            upload = f"upload-{len(self.held.uploads)}"
            self.held.uploads[upload] = {}
            self._answer(200, _xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>"))
        else:
            parts = self.held.uploads.pop(query["uploadId"])
            self.held.objects[key] = b"".join(parts[number] for number in sorted(parts))
            self._answer(200, _xml("CompleteMultipartUploadResult", '<ETag>"whole"</ETag>'))

    def do_DELETE(self) -> None:
        """An object, or an upload that is given up."""
        key, query = self._asked()
        if self._away():
            return
        if "uploadId" in query:
            self.held.uploads.pop(query["uploadId"], None)
        else:
            self.held.objects.pop(key, None)
        self._answer(204, b"")

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        return unquote(parts.path).removeprefix("/bucket").lstrip("/"), query

    def _away(self) -> bool:
        if self.held.outage:
            self._answer(503, _xml("Error", "<Code>ServiceUnavailable</Code>"))
        return self.held.outage

    def _body(self) -> bytes:
        """What was sent; a body that the client signs in chunks is put together."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            content = _unchunked(self.rfile, trailer=True)
        else:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            return _unchunked(BytesIO(content), trailer=False)
        return content

    def _listed(self, query: dict[str, str]) -> bytes:
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        files, folders = [], set[str]()
        for key, content in sorted(self.held.objects.items()):
            if key.startswith(prefix):
                head, cut, _ = key[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
                if cut:
                    folders.add(prefix + head + cut)
                else:
                    about = f"<Size>{len(content)}</Size><LastModified>{WHEN}</LastModified>"
                    files.append(f"<Contents><Key>{escape(key)}</Key>{about}</Contents>")
        common = [
            f"<CommonPrefixes><Prefix>{escape(each)}</Prefix></CommonPrefixes>" for each in sorted(folders)
        ]
        count = f"<KeyCount>{len(files) + len(common)}</KeyCount><IsTruncated>false</IsTruncated>"
        return _xml("ListBucketResult", "".join([count, *files, *common]))

    def _answer(
        self,
        code: int,
        content: bytes,
        headers: Mapping[str, str] = MappingProxyType({}),
        *,
        body: bool = True,
    ) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Last-Modified", "Sun, 22 Nov 2026 12:00:00 GMT")
        if code != 204:
            self.send_header("Content-Length", str(len(content)))
        with suppress(ConnectionError):  # a client that tries again may have hung up
            self.end_headers()
            if body:
                self.wfile.write(content)


def _unchunked(stream: BufferedIOBase, *, trailer: bool) -> bytes:
    """What lies in chunks that each begin with their length; read to their end, with what may trail them."""
    whole = b""
    while length := int(stream.readline().partition(b";")[0], 16):
        whole += stream.read(length)
        stream.readline()
    while trailer and stream.readline().strip():
        pass
    return whole


def _xml(name: str, inside: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{inside}</{name}>'.encode()
