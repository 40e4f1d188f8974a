"""Names as they stand on identity cards and bank cards."""

import pytest

from huoqi.customers.rules.names import NameMalformed, parse_name


@pytest.mark.parametrize(
    "name",
    ["王小明", "欧阳娜娜", "阿凡提·买买提", "Jane O'Neil", "José María", "Anne-Marie Smith Jr."],
)
def test_real_names_pass_unchanged(name: str) -> None:
    assert parse_name(name) == name


@pytest.mark.parametrize("dot", ["•", "・", "‧", "．"])
def test_every_keyboards_dot_becomes_the_middle_dot(dot: str) -> None:
    assert parse_name(f"买买提{dot}艾力") == "买买提·艾力"


def test_spaces_at_the_ends_and_doubled_ones_go() -> None:
    assert parse_name("  Jane   Smith ") == "Jane Smith"


def test_a_decomposed_letter_is_composed() -> None:
    assert parse_name("Jose\u0301 Mari\u0301a") == "José María"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "王",
        "王3",
        "Robert'); --",
        "王小明😀",
        "a\x00b",
        "·王小明",
        "Іван Петренко",
        "王Smith",
        "x" * 51,
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(NameMalformed):
        parse_name(text)


def test_two_characters_are_a_name_and_so_are_fifty() -> None:
    assert parse_name("李四") == "李四"
    assert parse_name("x" * 50) == "x" * 50
