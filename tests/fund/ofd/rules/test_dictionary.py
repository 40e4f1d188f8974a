import pytest

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.dictionary import (
    HEADING,
    Dictionary,
    DictionaryMalformed,
    Kind,
    VersionUnknown,
    parse_dictionary,
)

HEAD = ["ofd-dictionary,22", "# From a partner.", "", ",".join(HEADING)]


def parsed(*rows: str, head: list[str] = HEAD) -> Dictionary:
    return parse_dictionary("\n".join([*head, *rows]), file="own.csv")


def test_a_field_has_a_name_a_kind_a_width_decimals_and_a_flag() -> None:
    found = parsed("05,Income,N,16,2,IncomeFlag,", "05,IncomeFlag,C,1,0,,", "05,Name,C,20,0,,1")

    income, flag, name = found.types["05"].fields
    assert (income.kind, income.width, income.decimals) == (Kind.NUMBER, 16, 2)
    assert income.sign_flag == "IncomeFlag"
    assert flag.sign_flag is None
    assert name.is_private
    assert found.types["05"].width == 37
    assert found.types["05"].named()["incomeflag"] is flag


def test_the_widths_around_the_records_belong_to_the_version() -> None:
    assert parsed("05,Name,C,20,0,,").envelope.party == 20
    assert shipped().of("21").envelope.party == 9


def test_2_0_and_2_1_share_a_dictionary_and_others_are_refused() -> None:
    assert shipped().of("20") is shipped().of("21")
    with pytest.raises(VersionUnknown) as refused:
        shipped().of("22", file="a.TXT")
    assert refused.value.params == {"file": "a.TXT", "version": "22"}


def test_a_dictionary_that_is_loaded_makes_its_version_known() -> None:
    own = parsed("05,Name,C,20,0,,")

    assert shipped().extended_by(own).of("22") is own
    assert "22" not in shipped().by_version


@pytest.mark.parametrize(
    ("rows", "line", "reason"),
    [
        (["05,Name,C,20,0"], 5, "columns"),
        (["05,Name,X,20,0,,"], 5, "cell"),
        (["05,Na me,C,20,0,,"], 5, "cell"),
        (["05,名,C,20,0,,"], 5, "cell"),
        (["5,Name,C,20,0,,"], 5, "cell"),
        (["05,Name,C,-1,0,,"], 5, "cell"),
        (["05,Name,C,²,0,,"], 5, "cell"),
        (["05,Name,C,123456,0,,"], 5, "cell"),
        (["05,Name,C,20,x,,"], 5, "cell"),
        (["05,Name,C,20,0,,yes"], 5, "cell"),
        (["05,Name,C,0,0,,"], 5, "width"),
        (["05,Name,C,20,2,,"], 5, "width"),
        (["05,Name,C,20,0,NameFlag,"], 5, "width"),
        (["05,Vol,N,0,0,,"], 5, "width"),
        (["05,Vol,N,19,2,,"], 5, "width"),
        (["05,Vol,N,4,5,,"], 5, "width"),
        (["05,Vol,N,16,2,,", "05,VOL,N,16,2,,"], 6, "name repeated"),
        (["05,Vol,N,16,2,VolFlag,"], None, "sign flag"),
        (["05,Vol,N,16,2,VolFlag,", "05,VolFlag,C,2,0,,"], None, "sign flag"),
        (["05,Vol,N,16,2,F,", "05,Sum,N,16,2,F,", "05,F,C,1,0,,"], None, "sign flag"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_its_line(
    rows: list[str], line: int | None, reason: str
) -> None:
    with pytest.raises(DictionaryMalformed) as refused:
        parsed(*rows)

    assert refused.value.params.get("line") == line
    assert refused.value.params["reason"] == reason


@pytest.mark.parametrize("text", ["", "ofd-dictionary,22", "# nothing\n"])
def test_an_empty_dictionary_is_refused(text: str) -> None:
    with pytest.raises(DictionaryMalformed):
        parse_dictionary(text)


@pytest.mark.parametrize("first", ["dictionary,22", "ofd-dictionary,23", "ofd-dictionary"])
def test_the_first_line_names_a_version_whose_envelope_is_known(first: str) -> None:
    with pytest.raises(DictionaryMalformed, match="version"):
        parsed("05,Name,C,20,0,,", head=[first, *HEAD[1:]])


def test_the_heading_is_fixed() -> None:
    with pytest.raises(DictionaryMalformed, match="heading"):
        parsed("05,Name,C,20,0,,", head=["ofd-dictionary,22", "type,name"])
