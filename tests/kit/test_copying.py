import numpy as np

from huoqi.kit.copying import array_items, binary_rows, uuid_arrays
from huoqi.kit.stopwatch import Stopwatch


def test_a_row_is_a_count_and_its_fields_with_their_lengths() -> None:
    data = binary_rows([np.array([1, -2], dtype=">i2"), b"ab"], count=2)

    field = b"\x00\x00\x00\x02"
    rows = [b"\x00\x02" + field + number + field + b"ab" for number in (b"\x00\x01", b"\xff\xfe")]
    assert data[19:] == b"".join(rows) + b"\xff\xff"


def test_the_items_of_an_array_are_read() -> None:
    head = b"".join(number.to_bytes(4, "big") for number in (1, 0, 21, 2, 1))
    item = b"\x00\x00\x00\x02"

    found = array_items(head + item + b"\x00\x05" + item + b"\xff\xff", kind=">i2")

    assert found.tolist() == [5, -1]
    assert array_items(None, kind=">i8").tolist() == []


def test_a_gap_and_an_empty_text_have_no_bytes() -> None:
    data = binary_rows([None, b""], count=1)

    assert data[19:-2] == b"\x00\x02" + b"\xff" * 4 + bytes(4)


def test_an_array_of_one_uuid_says_so() -> None:
    ids = np.arange(16, dtype=np.uint8).reshape(1, 16)

    cell = uuid_arrays(ids)[0].tobytes()

    assert cell[-16:] == bytes(range(16))
    assert len(cell) == 20 + 4 + 16


def test_a_stopwatch_adds_up_by_step() -> None:
    watch = Stopwatch()
    watch.add("read", 0.25)
    watch.add("read", 0.5)
    with watch("write"):
        pass

    assert watch.seconds["read"] == 0.75
    assert watch.seconds["write"] >= 0
