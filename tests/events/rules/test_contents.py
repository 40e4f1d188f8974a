"""An event carries numbers, codes and ids, and nothing that names a person."""

from typing import cast

import pytest

from huoqi.events.rules.contents import Value, is_event_type, unfit_fields


def test_amounts_codes_ids_and_dates_may_stand_in_an_event() -> None:
    data: dict[str, Value] = {
        "amount_fen": 13_800_138_000,
        "paid_fen": "13800138000",
        "state": "paid",
        "order_id": "01978a12-4136-7512-8345-138001380001",
        "earns_from": "2015-05-18",
        "total_units_e2": "119999198509020014",
        "reference": "x" * 200,
        "first": True,
        "reason": None,
    }

    assert unfit_fields(data) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "jane"),
        ("holder_phone", 1),
        ("Amount", 1),
        ("text", "two words"),
        ("who", "王小明"),
        ("note", "13800138000"),
        ("note", "11010519491231002X"),
        ("paid_fen", "1.5 yuan"),
        # The longer ones are judged afresh each time, the short ones are remembered.
        ("text", "a sentence of several words"),
        ("paid_fen", "a sentence of several words"),
        ("note", "call:13800138000,today"),
        ("paid_fen", "call:13800138000,today"),
        ("note", "119999198509020014"),
        ("sentence", "x" * 201),
    ],
)
def test_what_may_name_a_person_is_unfit(name: str, value: Value) -> None:
    assert unfit_fields({name: value}) == [name]


def test_a_code_is_judged_alike_however_many_came_before() -> None:
    for number in range(5_000):
        assert unfit_fields({"state": f"code_{number}"}) == []

    assert unfit_fields({"state": "code_1"}) == []
    assert unfit_fields({"holder_phone": "code_1"}) == ["holder_phone"]


def test_nested_values_and_fractions_are_unfit() -> None:
    nested = cast("dict[str, Value]", {"inner": {}, "rate": 1.5})

    assert unfit_fields(nested) == ["inner", "rate"]


def test_a_type_is_an_area_and_what_happened() -> None:
    assert is_event_type("fund.purchase.placed")
    assert not is_event_type("purchase")
    assert not is_event_type("Fund.Purchase")
