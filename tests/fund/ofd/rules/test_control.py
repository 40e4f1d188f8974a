from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from huoqi.fund.ofd.rules.columns import Letters
from huoqi.fund.ofd.rules.control import (
    Expected,
    ForeignCreator,
    ForeignReceiver,
    NameDisagrees,
    Replayed,
    TotalDiffers,
    WrongDate,
    WrongEncoding,
    WrongType,
    exact_total,
    require_expected,
    require_gb18030,
    require_name,
    require_new,
    require_total,
)
from huoqi.fund.ofd.rules.headers import Header, Index
from huoqi.fund.ofd.rules.names import parse_name
from tests.fund.ofd.samples import ON, header_of

HEADER = header_of("05")
INDEX = Index("21", "996", "H0", ON, ())
AWAITED = Expected("996", "h0", ON, "05")


def test_the_file_that_we_wait_for_is_accepted() -> None:
    require_expected(HEADER, expected=AWAITED, file="a.TXT")
    require_expected(INDEX, expected=AWAITED, file="i.TXT")
    require_expected(HEADER, expected=replace(AWAITED, file_type=None), file="a.TXT")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (replace(HEADER, creator="997"), ForeignCreator),
        (replace(HEADER, receiver="H1"), ForeignReceiver),
        (replace(HEADER, on=date(2015, 5, 12)), WrongDate),
        (replace(HEADER, file_type="06"), WrongType),
        (replace(INDEX, receiver="H1"), ForeignReceiver),
    ],
)
def test_another_party_day_or_type_is_refused(said: Header | Index, kind: type[Exception]) -> None:
    with pytest.raises(kind) as told:
        require_expected(said, expected=AWAITED, file="a.TXT")
    assert set(told.value.params) == {"file", "expected", "found"}  # type: ignore[attr-defined]


def test_a_name_and_a_header_that_agree_are_accepted() -> None:
    for text in ("OFD_996_H0_20150511_05.TXT", "ofd_996_h0_20150511_05_017.txt"):
        require_name(HEADER, name=parse_name(text), file=text)
    require_name(
        replace(HEADER, file_type="s2"), name=parse_name("OFD_996_H0_20150511_S2.TXT"), file=""
    )
    require_name(INDEX, name=parse_name("OFI_996_H0_20150511.TXT"), file="")


@pytest.mark.parametrize(
    ("said", "text", "item"),
    [
        (HEADER, "OFD_997_H0_20150511_05.TXT", "creator"),
        (HEADER, "OFD_996_H1_20150511_05.TXT", "receiver"),
        (HEADER, "OFD_996_H0_20150512_05.TXT", "date"),
        (HEADER, "OFD_996_H0_20150511_06.TXT", "file_type"),
        (HEADER, "OFI_996_H0_20150511.TXT", "mark"),
        (INDEX, "OFD_996_H0_20150511_05.TXT", "mark"),
    ],
)
def test_a_name_that_says_something_else_is_refused(
    said: Header | Index, text: str, item: str
) -> None:
    with pytest.raises(NameDisagrees) as told:
        require_name(said, name=parse_name(text), file=text)
    assert told.value.params == {"file": text, "item": item}


def test_the_same_bytes_are_taken_in_once() -> None:
    require_new("aa", seen={"bb": "b.TXT"}, file="a.TXT")
    with pytest.raises(Replayed) as told:
        require_new("bb", seen={"bb": "b.TXT"}, file="c.TXT")
    assert told.value.params == {"file": "c.TXT", "first_file": "b.TXT"}


def test_a_total_is_exact_and_must_add_up() -> None:
    assert exact_total(np.array([-(2**62), 2**62, -1])) == -1
    require_total(7, expected=7, field="TotalFundVol", file="a.TXT")
    with pytest.raises(TotalDiffers):
        require_total(6, expected=7, field="TotalFundVol", file="a.TXT")


def test_a_file_in_utf8_is_refused() -> None:
    require_gb18030(Letters(), file="a.TXT")
    require_gb18030(Letters(some_gb18030=True, some_utf8=True), file="a.TXT")
    with pytest.raises(WrongEncoding):
        require_gb18030(Letters(some_utf8=True), file="a.TXT")
