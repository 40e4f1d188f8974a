import numpy as np

from huoqi.fund.ofd.rules.blocks import GUARD, Block
from huoqi.fund.ofd.rules.places import Place
from tests.fund.ofd.samples import header_of, layout_for

LAYOUT = layout_for(header_of("07", fields=["FundCode", "NAV"]))
BODY = b"9900010010000\r\n" + b"9900020010001\r\n"


def block_of(body: bytes, *, first: Place) -> Block:
    octets = np.frombuffer(bytes(GUARD) + body, dtype=np.uint8)
    return Block(octets, len(body) // LAYOUT.stride, LAYOUT, first)


def test_a_block_shows_its_records_by_line_by_field_and_by_word() -> None:
    block = block_of(BODY, first=Place("a.TXT", 11, 500))

    assert block.lines.shape == (2, 15)
    assert block.cells["FundCode"].tolist() == [b"990001", b"990002"]
    ends = block.words[:, 13].tolist()
    assert [word.to_bytes(8, "little") for word in ends] == [b"10010000", b"20010001"]
    assert block.record(1) == {"FundCode": "990002", "NAV": 10_001}


def test_each_record_has_its_own_place() -> None:
    assert block_of(BODY, first=Place("a.TXT", 11, 500)).place_of(1) == Place("a.TXT", 12, 515)
    assert block_of(BODY, first=Place("a.TXT", 11)).place_of(1) == Place("a.TXT", 12)
    assert block_of(BODY, first=Place("a.TXT")).place_of(1) == Place("a.TXT")


def test_a_line_end_that_is_missing_is_seen() -> None:
    body = BODY[:-2] + b"\n\r"

    assert block_of(body, first=Place("a.TXT", 1, 0)).has_line_end().tolist() == [True, False]
