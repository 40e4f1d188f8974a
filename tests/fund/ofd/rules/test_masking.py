import pytest

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.masking import masked, shown
from huoqi.fund.ofd.rules.values import Value

CARD = Field("DepositAcct", Kind.TEXT, 19, is_private=True)
WEALTH = Field("Penates", Kind.NUMBER, 16, 2, is_private=True)


@pytest.mark.parametrize(
    ("value", "field", "text"),
    [
        ("6222021234567890128", CARD, "*****************28"),
        ("1234567", CARD, "*******"),
        ("张三丰张三丰张三丰", CARD, "*********"),
        ("", CARD, "-"),
        (123_456_789, WEALTH, "**********"),
        (None, WEALTH, "-"),
        (10_000, Field("NAV", Kind.NUMBER, 7, 4), "1.0000"),
        ("990001", Field("FundCode", Kind.TEXT, 6), "990001"),
    ],
)
def test_what_tells_of_a_person_is_hidden(value: Value, field: Field, text: str) -> None:
    assert masked(value, field=field) == text


def test_the_same_can_be_shown() -> None:
    assert shown("6222021234567890128", field=CARD) == "6222021234567890128"


def test_names_ids_phones_cards_and_addresses_are_marked_in_what_ships() -> None:
    fields = {f.name: f for t in shipped().of("21").types.values() for f in t.fields}

    for name in ("InvestorName", "CertificateNo", "MobileTelNo", "DepositAcct", "Address"):
        assert fields[name].is_private
    for name in ("TAAccountID", "TransactionAccountID", "ConfirmedVol", "FundCode"):
        assert not fields[name].is_private
