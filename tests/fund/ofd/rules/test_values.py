import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.values import (
    NumberMalformed,
    SignMalformed,
    SignMissing,
    TextMalformed,
    ValueMalformed,
    ValueTooWide,
    cut_text,
    decode_number,
    decode_text,
    encode_number,
    encode_text,
    signed,
)

HERE = Place("a.TXT", 3, 200, "Name")
NAME = Field("Name", Kind.TEXT, 6)
DIGITS = Field("No", Kind.DIGITS, 6)
AMOUNT = Field("Amount", Kind.NUMBER, 6, 2)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"      ", ""),
        (b"ab    ", "ab"),
        (b" ab   ", " ab"),
        (b"\xd6\xd0\xce\xc4\xb1\xa6", "中文宝"),
        (b"\xd6\xd0a   ", "中a"),
        (b"\x95\x32\x82\x36  ", "\U00020000"),
    ],
)
def test_text_is_read_without_the_blanks_behind_it_and_comes_back(data: bytes, text: str) -> None:
    assert decode_text(data, kind=Kind.TEXT, place=HERE) == text
    assert encode_text(text, field=NAME, place=HERE) == data


@pytest.mark.parametrize(
    "data", [b"abcde\xd6", b"a\xd6    ", b"\xff     ", b"a\x00b   ", b"a\x7fb   ", b"a\r\nb  "]
)
def test_half_characters_and_control_characters_are_refused_with_their_place(data: bytes) -> None:
    with pytest.raises(TextMalformed) as told:
        decode_text(data, kind=Kind.TEXT, place=HERE)

    assert told.value.params == {"file": "a.TXT", "record": 3, "offset": 200, "field": "Name"}


def test_digits_are_plain_ascii() -> None:
    assert decode_text(b"A22   ", kind=Kind.DIGITS, place=HERE) == "A22"
    with pytest.raises(TextMalformed):
        decode_text(b"\xd6\xd0    ", kind=Kind.DIGITS, place=HERE)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("中文宝中", ValueTooWide),
        ("ab ", ValueMalformed),
        (7, ValueMalformed),
        (None, ValueMalformed),
        ("a\nb", TextMalformed),
        ("\ud800", TextMalformed),
    ],
)
def test_a_text_that_would_not_come_back_is_not_written(
    value: str | int | None, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        encode_text(value, field=NAME, place=HERE)


def test_digits_beyond_ascii_are_not_written() -> None:
    with pytest.raises(TextMalformed):
        encode_text("中", field=DIGITS, place=HERE)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(0, 20))
def test_a_cut_text_is_the_longest_begin_that_fits(text: str, width: int) -> None:
    cut = cut_text(text, width=width)

    assert text.startswith(cut)
    assert len(cut.encode("gb18030")) <= width
    assert cut == text or len(text[: len(cut) + 1].encode("gb18030")) > width


@pytest.mark.parametrize(("data", "number"), [(b"000123", 123), (b"000000", 0), (b"      ", None)])
def test_a_blank_number_says_nothing_and_zeros_are_nought(data: bytes, number: int | None) -> None:
    assert decode_number(data, place=HERE) == number
    assert encode_number(number, field=AMOUNT, place=HERE) == data


@pytest.mark.parametrize("data", [b"   123", b"123   ", b"00+123", b"0012.3", b"\xa3\xb100000"])
def test_other_numbers_are_refused(data: bytes) -> None:
    with pytest.raises(NumberMalformed):
        decode_number(data, place=HERE)


def test_a_minus_among_the_digits_lacks_its_flag() -> None:
    with pytest.raises(SignMissing):
        decode_number(b"-00123", place=HERE)


def test_a_number_that_does_not_fit_is_not_written() -> None:
    assert encode_number(-999_999, field=AMOUNT, place=HERE) == b"999999"
    with pytest.raises(ValueTooWide):
        encode_number(1_000_000, field=AMOUNT, place=HERE)


@pytest.mark.parametrize(
    ("magnitude", "flag", "number"),
    [
        (5, b"0", 5), (5, b"1", -5), (0, b"0", 0), (0, b"1", 0), (0, b" ", 0),
        (None, b" ", None), (None, b"0", None), (None, b"1", None),
    ],
)  # fmt: skip
def test_the_flag_says_the_sign(magnitude: int | None, flag: bytes, number: int | None) -> None:
    assert signed(magnitude, flag=flag, place=HERE) == number


def test_an_amount_without_a_flag_and_a_strange_flag_are_refused() -> None:
    with pytest.raises(SignMissing):
        signed(5, flag=b" ", place=HERE)
    with pytest.raises(SignMalformed):
        signed(5, flag=b"2", place=HERE)
