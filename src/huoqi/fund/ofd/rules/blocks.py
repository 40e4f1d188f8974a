"""A stretch of a file's records in memory, as the columns are read from it and written into it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huoqi.fund.ofd.rules.headers import LINE_END
from huoqi.fund.ofd.rules.layouts import Layout
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.records import Record, decode_record

Int64 = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.bytes_]
Bool = npt.NDArray[np.bool_]
Octets = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

WORD = 8
#: Bytes in front of the first record: a word that ends in its first field begins there.
GUARD = WORD
WORD_TYPE = np.dtype("<u8")
_PAIR = np.dtype("<u2")
_LINE_END = np.uint16(int.from_bytes(LINE_END, "little"))


@dataclass(frozen=True, slots=True)
class Block:
    """Records as they stand in a file, and the place of the first of them.

    ``octets`` has GUARD bytes, then ``count`` records with their line ends; more may follow.
    """

    octets: Octets
    count: int
    layout: Layout
    first: Place

    @property
    def lines(self) -> Octets:
        """Return the records, one a row, with their line ends."""
        stride = self.layout.stride
        return self.octets[GUARD : GUARD + self.count * stride].reshape(self.count, stride)

    @property
    def words(self) -> Words:
        """Return, for every record and every place in it, the eight bytes up to there as a number.

        Column 0 has those in front of the record, column 8 its first eight.
        """
        return np.ndarray(
            (self.count, self.layout.width + 1),
            WORD_TYPE,
            buffer=self.octets.data,
            strides=(self.layout.stride, 1),
        )

    @property
    def cells(self) -> npt.NDArray[np.void]:
        """Return the records with the bytes of each field by its name."""
        body = self.octets[GUARD : GUARD + self.count * self.layout.stride]
        return body.view(self.layout.line_type)

    def has_line_end(self) -> Bool:
        """Tell of every record whether it ends where it must."""
        ends: npt.NDArray[np.uint16] = np.ndarray(
            (self.count,),
            _PAIR,
            buffer=self.octets.data,
            offset=GUARD + self.layout.width,
            strides=(self.layout.stride,),
        )
        is_right: Bool = ends == _LINE_END
        return is_right

    def place_of(self, row: int) -> Place:
        """Return the place of one of the records."""
        record, offset = self.first.record, self.first.offset
        return Place(
            self.first.file,
            None if record is None else record + row,
            None if offset is None else offset + row * self.layout.stride,
        )

    def record(self, row: int) -> Record:
        """Return one of the records in the row form.

        Errors: those of `decode_record`.
        """
        data = self.lines[row, : self.layout.width].tobytes()
        return decode_record(data, layout=self.layout, place=self.place_of(row))
