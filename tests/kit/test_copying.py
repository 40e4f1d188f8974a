import numpy as np

from huoqi.kit.copying import binary_rows, rows_of_binary, uuid_arrays
from huoqi.kit.stopwatch import Stopwatch


def test_rows_that_were_written_are_read_again() -> None:
    numbers = np.array([1, -2, 3], dtype=">i8")
    data = binary_rows([numbers, b"ab"], count=3)

    read, texts = rows_of_binary(data, form=(">i8", "S2"))

    assert read.tolist() == [1, -2, 3]
    assert texts.tolist() == [b"ab"] * 3


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
