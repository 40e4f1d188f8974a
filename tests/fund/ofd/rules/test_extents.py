from dataclasses import replace

import pytest

from huoqi.fund.ofd.rules.extents import (
    RecordCountDiffers,
    RecordWidthDiffers,
    TrailingBytes,
    what_is_wrong,
)
from huoqi.fund.ofd.rules.headers import Truncated
from huoqi.fund.ofd.rules.places import Place
from tests.fund.ofd.samples import header_of, layout_for

HEADER = replace(header_of("07", fields=["FundCode", "NAV"]), record_count=3)
LAYOUT = layout_for(HEADER)


@pytest.mark.parametrize(
    ("rest", "good", "refusal"),
    [
        (b"OFDCFEND\r\n", 2, RecordCountDiffers(file="a", offset=100, expected=3, found=2)),
        (b"OFDCFEND", 4, RecordCountDiffers(file="a", offset=100, expected=3, found=4)),
        (b"OFDCFEND\r\n\r\n", 3, TrailingBytes(file="a", offset=108)),
        (b"OFDC", 3, Truncated(file="a", offset=104, item="records")),
        (b"", 3, Truncated(file="a", offset=100, item="records")),
        (b"9900", 2, Truncated(file="a", record=3, offset=104, item="records")),
        (
            b"990001001000\r\nOFDCFEND",
            1,
            RecordWidthDiffers(file="a", record=2, offset=100, expected=13, found=12),
        ),
        (b"9" * 30, 0, RecordWidthDiffers(file="a", record=1, offset=100, expected=13)),
    ],
)
def test_a_file_that_is_not_whole_is_told_by_what_stands_there(
    rest: bytes, good: int, refusal: Exception
) -> None:
    told = what_is_wrong(rest, header=HEADER, layout=LAYOUT, good=good, place=Place("a", None, 100))

    assert told == refusal
