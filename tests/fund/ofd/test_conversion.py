import io
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.ofd import conversion
from huoqi.fund.ofd.conversion import json_lines_of, write_json_lines
from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.extents import RecordCountDiffers
from huoqi.fund.ofd.rules.headers import Index, render_index
from huoqi.fund.ofd.rules.json_lines import JsonMalformed
from huoqi.fund.ofd.sources import BytesSource
from huoqi.fund.ofd.writing import render_file
from tests.fund.ofd.samples import ON, TYPES, header_of, layout_for, random_records

SMALL = header_of("07", fields=["FundCode", "NAV"])
INDEX = render_index(Index("21", "996", "H0", ON, ("A.TXT",)), dictionaries=shipped())


def encoded(lines: list[bytes]) -> bytes:
    out = io.BytesIO()
    write_json_lines(lines, out, file="a.jsonl")
    return out.getvalue()


def decoded(data: bytes) -> list[bytes]:
    return [line.encode() for line in json_lines_of(BytesSource("a.TXT", data))]


@given(st.sampled_from(TYPES), st.integers(0, 2**32))
def test_json_lines_lead_back_to_the_same_bytes(file_type: str, seed: int) -> None:
    chance = random.Random(seed)
    header = replace(header_of(file_type), ends_with_line=chance.random() < 0.5)
    records = random_records(layout_for(header), count=chance.randint(0, 3), chance=chance)
    data = render_file(header, records)

    assert encoded(decoded(data)) == data


def test_an_index_leads_back_to_the_same_bytes() -> None:
    assert encoded(decoded(INDEX)) == INDEX


def test_who_watches_is_told_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "_TELL_EVERY", 2)
    data = render_file(SMALL, [{}] * 5)
    told: list[tuple[int, int]] = []

    def watcher(done: int, total: int) -> None:
        told.append((done, total))

    lines = list(json_lines_of(BytesSource("a.TXT", data), watcher=watcher))
    write_json_lines([line.encode() for line in lines], io.BytesIO(), file="a", watcher=watcher)
    assert told == [(2, 5), (4, 5)] * 2


def test_a_header_that_counts_otherwise_is_refused() -> None:
    lines = decoded(render_file(SMALL, [{}] * 3))

    with pytest.raises(RecordCountDiffers) as told:
        encoded(lines[:-1])
    assert told.value.params == {"file": "a.jsonl", "expected": 3, "found": 2}


@pytest.mark.parametrize("lines", [[], [b"\xff"], [decoded(INDEX)[0], b"{}"]])
def test_lines_that_stand_for_no_file_are_refused(lines: list[bytes]) -> None:
    with pytest.raises(JsonMalformed):
        encoded(lines)
