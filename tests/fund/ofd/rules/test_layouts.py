from dataclasses import replace

import pytest

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.headers import HeaderMalformed
from huoqi.fund.ofd.rules.layouts import (
    FieldRepeated,
    FieldUnknown,
    Layout,
    TypeUnknown,
    all_fields,
    numbers_of,
    texts_of,
)
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.rules.values import SignMissing
from tests.fund.ofd.samples import header_of, layout_for


def of_fields(*names: str, file_type: str = "07") -> Layout:
    return layout_for(header_of(file_type, fields=names))


def refused(*names: str, file_type: str = "07") -> OfdRefused:
    with pytest.raises(OfdRefused) as told:
        of_fields(*names, file_type=file_type)
    return told.value


def test_the_header_decides_the_order() -> None:
    layout = of_fields("NAV", "FundIncomeFlag", "fundincome ", "FUNDCODE")

    assert [(slot.field.name, slot.at, slot.until) for slot in layout.slots] == [
        ("NAV", 0, 7), ("FundIncomeFlag", 7, 8), ("FundIncome", 8, 16), ("FundCode", 16, 22),
    ]  # fmt: skip
    assert (layout.width, layout.stride) == (22, 24)
    assert layout.by_name["FundIncome"].flag_at == 7
    assert layout.signed_by == {"FundIncomeFlag": "FundIncome"}


def test_all_fields_stand_where_the_published_offsets_say() -> None:
    layout = layout_for(header_of("07"))

    places = {name: layout.by_name[name].at for name in ("FundIncome", "FundDayIncome", "NAV")}
    assert places == {"FundIncome": 610, "FundDayIncome": 773, "NAV": 63}


def test_an_unknown_field_is_refused_by_its_name() -> None:
    assert refused("NAV", "Nav2").params["field"] == "Nav2"
    assert isinstance(refused("NAV", "Nav2"), FieldUnknown)


@pytest.mark.parametrize("line", ["110105194912310021", "张三" * 40, "N" * 61, ""])
def test_a_record_taken_for_a_field_name_is_not_repeated_in_the_refusal(line: str) -> None:
    assert refused("NAV", line).params["field"] == ""


def test_a_field_listed_twice_is_refused() -> None:
    assert isinstance(refused("NAV", "nav"), FieldRepeated)


def test_a_signed_number_needs_its_flag() -> None:
    refusal = refused("FundIncome", "NAV")

    assert isinstance(refusal, SignMissing)
    assert refusal.params["field"] == "FundIncome"
    assert of_fields("FundIncomeFlag").width == 1


def test_a_file_without_fields_has_no_records() -> None:
    assert isinstance(refused(), HeaderMalformed)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(TypeUnknown):
        layout_for(replace(header_of("07"), file_type="99"))
    with pytest.raises(TypeUnknown):
        all_fields("99", version="21", dictionaries=shipped())


def test_some_fields_are_chosen_in_the_order_of_the_record() -> None:
    layout = of_fields("NAV", "FundCode", "FundStatus")

    assert layout.chosen(None) == layout.slots
    assert [s.field.name for s in layout.chosen(["FundCode", "NAV"])] == ["NAV", "FundCode"]
    with pytest.raises(FieldUnknown) as told:
        layout.chosen(["NAV", "FundName"], file="a.TXT")
    assert told.value.params == {"file": "a.TXT", "field": "FundName", "file_type": "07"}


def test_numbers_and_texts_are_told_apart() -> None:
    slots = of_fields("NAV", "FundCode", "UpdateDate").slots

    assert [slot.field.name for slot in numbers_of(slots)] == ["NAV"]
    assert [slot.field.name for slot in texts_of(slots)] == ["FundCode", "UpdateDate"]
