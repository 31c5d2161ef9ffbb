"""Makes kafka-python read on where one strange record or batch would hold it up for ever.

- The name of a header may be no UTF-8: what is none is spelled out.
- A batch may unpack to more than memory should hold: it comes as one record whose value says so.

kafka-python 3.0.12 raises in the middle of such a batch, and again at every poll.
"""

import io
import zlib
from typing import Any, TypeAlias

from monitor.domain.events.types import Unreadable

UNPACKED_MAX = 128 * 1024**2
Untyped: TypeAlias = Any  # whatever is kafka-python's own: it has no stubs
_PIECE = 1 << 20


class _TooMuch(Exception):  # noqa: N818 - it never leaves this module
    """A batch unpacks to more than `UNPACKED_MAX`."""


class _Refused(bytearray):
    """Stands for the records of a batch that is not unpacked."""


class _Lenient(bytearray):
    """A batch in which text that is no UTF-8 is spelled out."""

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401 - an integer or a slice
        batch = super().__getitem__(at)
        return _Lenient(batch) if isinstance(at, slice) else batch

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return super().decode(encoding, errors)


def bear_strange_batches(records: Untyped) -> None:
    """Change kafka-python's module `default_records` so that it does."""
    batch = records.DefaultRecordBatch
    unpack, read, advance = batch._maybe_uncompress, batch._read_msg, batch.__next__

    def bounded_unpack(self: Untyped) -> None:
        try:
            unpack(self)
        except _TooMuch:
            self._buffer, self._pos, self._decompressed = _Refused(), 0, True

    def lenient_read(self: Untyped) -> Untyped:
        try:
            return read(self)
        except UnicodeDecodeError:
            self._buffer = _Lenient(self._buffer)  # for the rest of the batch, too
            return read(self)

    def next_or_refusal(self: Untyped) -> Untyped:
        if not is_refused(self):
            return advance(self)
        if self._next_record_index:
            raise StopIteration
        self._next_record_index = self._num_records
        why = f"a batch of {self._num_records:,} records that unpacks to more than {UNPACKED_MAX:,} bytes"
        offset = self.base_offset + self.last_offset_delta
        return records.DefaultRecord(
            0, offset, self.max_timestamp, self.timestamp_type, None, Unreadable(why.encode()), []
        )

    batch._maybe_uncompress, batch._read_msg = bounded_unpack, lenient_read
    batch.__next__ = batch.next = next_or_refusal
    codecs = records.codecs
    records.gzip_decode = _gzip
    records.lz4_decode = lambda packed: _lz4(codecs.lz4, packed)
    records.zstd_decode = lambda packed: _zstd(codecs.zstd, packed)


def is_refused(batch: Untyped) -> bool:
    """Whether a batch, asked for its records, unpacked to more than it may."""
    return type(batch._buffer) is _Refused


def _gzip(packed: bytes) -> bytes:
    unpacked, rest = bytearray(), bytes(packed)
    while rest:  # a gzip file may have several members
        member = zlib.decompressobj(wbits=31)
        unpacked += _bounded(member.decompress(rest, UNPACKED_MAX + 1 - len(unpacked)), len(unpacked))
        if not member.eof:
            raise ValueError("not a whole gzip file")
        rest = member.unused_data
    return bytes(unpacked)


def _lz4(lz4: Untyped, packed: bytes) -> bytes:
    return _bounded(lz4.LZ4FrameDecompressor().decompress(packed, max_length=UNPACKED_MAX + 1), 0)


def _zstd(zstandard: Untyped, packed: bytes) -> bytes:
    unpacked = bytearray()
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed), read_across_frames=True) as reader:
        while piece := reader.read(_PIECE):
            unpacked += _bounded(piece, len(unpacked))
    return bytes(unpacked)


def _bounded(piece: bytes, before: int) -> bytes:
    if before + len(piece) > UNPACKED_MAX:
        raise _TooMuch
    return piece
