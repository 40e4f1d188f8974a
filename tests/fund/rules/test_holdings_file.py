"""Holdings are read from text as people write it."""

import pytest

from huoqi.fund.rules.csv_table import BadNumber
from huoqi.fund.rules.holdings_file import BlankLine, DuplicateAccount, HoldingsFile, parse_holdings


def test_units_alone_are_numbered_from_one() -> None:
    assert parse_holdings("100.00\n10000.00\n0.01\n") == HoldingsFile(
        accounts=[1, 2, 3], units_e2=[10_000, 1_000_000, 1]
    )


def test_a_heading_gives_the_account_numbers() -> None:
    assert parse_holdings("Account, units\n9001,5000.00\n17,0\n") == HoldingsFile(
        accounts=[9001, 17], units_e2=[500_000, 0]
    )


def test_a_heading_of_units_alone_is_no_holding() -> None:
    assert parse_holdings("units\n1.5\n") == HoldingsFile(accounts=[1], units_e2=[150])


def test_blank_lines_at_the_ends_windows_line_ends_and_a_byte_order_mark_are_tolerated() -> None:
    assert parse_holdings("\ufeff\r\n1.00\r\n2.00\r\n\r\n \r\n").units_e2 == [100, 200]


@pytest.mark.parametrize(
    ("text", "row"),
    [("1.00\n\n2.00\n", 2), ("units\n1.00\n2.00\n \n\n3.00\n", 4), ("\n1\n2\n\n3", 4)],
)
def test_a_blank_line_that_would_shift_the_accounts_is_named_by_its_row(
    text: str, row: int
) -> None:
    with pytest.raises(BlankLine) as refused:
        parse_holdings(text)

    assert (refused.value.code, refused.value.params) == ("fund.blank_line", {"row": row})


def test_a_blank_line_among_numbered_accounts_shifts_nothing() -> None:
    assert parse_holdings("account,units\n7,1.00\n\n9,2.00\n").accounts == [7, 9]


def test_an_empty_file_has_no_holdings() -> None:
    assert parse_holdings("") == HoldingsFile()


@pytest.mark.parametrize("cell", ["-1.00", "1.001", "1,00", "x", "1e3", "\u0661.00", "9" * 16])
def test_a_bad_holding_is_named_by_its_row(cell: str) -> None:
    with pytest.raises(BadNumber) as refused:
        parse_holdings(f"1.00\n2.00\n{cell}\n")

    assert refused.value.params == {"row": 3, "column": "units"}


@pytest.mark.parametrize("cell", ["0", "-1", "x", "", "9223372036854775808", "\u0661"])
def test_a_bad_account_is_named_by_its_row(cell: str) -> None:
    with pytest.raises(BadNumber) as refused:
        parse_holdings(f"account,units\n{cell},1.00\n")

    assert refused.value.params == {"row": 2, "column": "account"}


def test_a_line_without_units_is_refused() -> None:
    with pytest.raises(BadNumber) as refused:
        parse_holdings("account,units\n1\n")

    assert refused.value.params == {"row": 2, "column": "units"}


def test_an_account_may_stand_there_once() -> None:
    with pytest.raises(DuplicateAccount) as refused:
        parse_holdings("account,units\n7,1.00\n8,1.00\n07,2.00\n")

    assert refused.value.params == {"row": 4, "column": "account", "first_row": 2}
