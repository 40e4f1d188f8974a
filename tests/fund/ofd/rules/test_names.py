from datetime import date

import pytest

from huoqi.fund.ofd.rules.names import DataName, IndexName, NameMalformed, parse_name

ON = date(2017, 4, 27)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("OFD_996_H0_20170427_03.TXT", DataName("996", "H0", ON, "03")),
        ("OFD_996_H0_20170427_05_000.TXT", DataName("996", "H0", ON, "05", 0)),
        ("OFD_996_H0_20170427_S2_999.TXT", DataName("996", "H0", ON, "S2", 999)),
        ("OFI_996_H0_20170427.TXT", IndexName("996", "H0", ON)),
    ],
)
def test_a_name_says_whose_file_it_is_and_comes_back(text: str, name: DataName | IndexName) -> None:
    assert parse_name(text) == name
    assert name.render() == text


def test_upper_and_lower_case_are_accepted() -> None:
    assert parse_name("ofd_996_h0_20170427_s2.txt") == DataName("996", "h0", ON, "S2")


@pytest.mark.parametrize(
    "text",
    [
        "OFD_996_H0_20170427.TXT",
        "OFD_996_H0_20170427_3.TXT",
        "OFD_996_H0_20170427_03_1.TXT",
        "OFD_996_H0_20170431_03.TXT",
        "OFI_996_H0_20170427_03.TXT",
        "OFI_996_H0_00000000.TXT",
        "../OFD_996_H0_20170427_03.TXT",
        "OFD_996_H0_20170427_03.TXT\n",
        "",
    ],
)
def test_other_names_are_refused(text: str) -> None:
    with pytest.raises(NameMalformed):
        parse_name(text)
