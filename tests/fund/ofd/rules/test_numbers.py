import numpy as np
import pytest

from huoqi.fund.ofd.rules.blocks import GUARD, Block
from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.layouts import Layout, Slot
from huoqi.fund.ofd.rules.numbers import (
    foreign_bytes,
    groups_of,
    low_mask,
    read_numbers,
    words_of,
    write_numbers,
)
from huoqi.fund.ofd.rules.places import Place


def slots_of(*widths: int) -> tuple[Slot, ...]:
    ends = np.cumsum(widths).tolist()
    fields = [Field(f"F{n}", Kind.NUMBER, width) for n, width in enumerate(widths)]
    return tuple(Slot(field, end - field.width) for field, end in zip(fields, ends, strict=True))


def block_of(lines: list[bytes], slots: tuple[Slot, ...]) -> Block:
    body = b"".join(line + b"\r\n" for line in lines)
    octets = np.frombuffer(bytes(GUARD) + body, dtype=np.uint8).copy()
    return Block(octets, len(lines), Layout("X1", slots), Place("a.TXT", 1, 0))


def test_a_number_of_eleven_digits_takes_two_words_five_bytes_of_them_foreign() -> None:
    (slot,) = slots_of(11)

    assert words_of(slot) == 2
    assert [foreign_bytes(slot, word=word) for word in (0, 1)] == [0, 5]
    assert low_mask(5) == 0xFFFFFFFFFF


def test_fields_of_equal_length_go_together() -> None:
    one, two = groups_of(slots_of(3, 16, 8, 9), count=4)

    assert [slot.field.name for slot in one.slots] == ["F0", "F2"]
    assert one.has_foreign_bytes
    assert two.ends.tolist() == [11, 28, 19, 36]
    (whole,) = groups_of(slots_of(8, 16)[:1], count=4)
    assert not whole.has_foreign_bytes


def test_of_many_records_few_fields_go_together() -> None:
    groups = groups_of(slots_of(16, 16, 16, 8), count=10_000)

    assert [[slot.field.name for slot in group.slots] for group in groups] == [
        ["F3"], ["F0"], ["F1"], ["F2"],
    ]  # fmt: skip


@pytest.mark.parametrize("widths", [(1,), (8,), (16,), (18,), (3, 8, 16, 17, 1, 9)])
def test_digits_become_numbers_and_digits_again(widths: tuple[int, ...]) -> None:
    slots = slots_of(*widths)
    lines = [
        b"".join(b"%0*d" % (width, number % 10**width) for width in widths)
        for number in (0, 1, 10**18 - 1, 123_456_789_012_345_678)
    ]
    block = block_of(lines, slots)
    found = read_numbers(block, slots=slots)

    assert not found.suspects.any()
    for name, values, absent in found.read:
        slot = block.layout.by_name[name]
        assert values.tolist() == [int(line[slot.at : slot.until]) for line in lines]
        assert absent is None
    empty = block_of([b"." * sum(widths)] * len(lines), slots)
    values_of = {name: values for name, values, _ in found.read}
    for group in groups_of(slots, count=len(lines)):
        rows = np.array([values_of[slot.field.name] for slot in group.slots])
        write_numbers(empty, group, rows.view(np.uint64))
    assert empty.octets.tobytes() == block.octets.tobytes()


def test_blanks_are_absent_and_other_strange_bytes_are_suspect() -> None:
    slots = slots_of(3, 11)
    lines = [
        b"001" + b" " * 11,
        b"   00000000002",
        b"  100000000003",
        b"001 0000000004",
        b"00:" + b"0" * 11,
    ]
    found = read_numbers(block_of(lines, slots), slots=slots)

    assert found.suspects.tolist() == [False, False, True, True, True]
    absents = {name: absent for name, _, absent in found.read}
    assert {name: None if a is None else a.tolist()[:2] for name, a in absents.items()} == {
        "F0": [False, True], "F1": [True, False],
    }  # fmt: skip


@pytest.mark.parametrize("byte", range(256))
def test_every_byte_but_the_ten_digits_is_seen_wherever_it_stands(byte: int) -> None:
    slots = slots_of(8)
    lines = [b"0" * at + bytes([byte]) + b"0" * (7 - at) for at in range(8)]

    is_digit = byte in b"0123456789"
    assert read_numbers(block_of(lines, slots), slots=slots).suspects.tolist() == [not is_digit] * 8
