"""The published field dictionary of the exchange files, against the one that ships."""

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.reading import read_header, read_rows
from huoqi.fund.ofd.rules.layouts import layout_of
from huoqi.fund.ofd.sources import BytesSource
from huoqi.fund.ofd.writing import render_file
from tests.fund.ofd.samples import header_of

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
FIELDS = SHARED / "data" / "fund" / "ofd_fields.csv"
pytestmark = pytest.mark.skipif(
    not FIELDS.is_file(), reason=f"LOUD: no acceptance data at {FIELDS}; set HUOQI_SHARED"
)

# Fields and bytes of each type, from the table of the domain's page.
SIZES = {
    "01": (84, 1456), "02": (27, 465), "03": (74, 665), "04": (116, 1170), "05": (20, 191),
    "06": (41, 440), "07": (83, 972), "08": (6, 4132), "09": (10, 121), "10": (58, 878),
    "11": (7, 66), "12": (11, 110), "13": (7, 66), "21": (5, 104), "23": (47, 746),
    "24": (40, 412), "25": (18, 148), "26": (21, 199), "43": (34, 715), "44": (42, 867),
    "S2": (27, 465), "S6": (42, 452), "S7": (14, 144), "S8": (14, 155), "S9": (18, 185),
}  # fmt: skip
# The first lines of a file of version 2.0, as the domain's page shows them.
FIRST_LINES = [
    "OFDCFDAT", "20  ", "996      ", "H0       ", "20170427", "001", "03", "996     ", "H0      ",
    "074",
]  # fmt: skip


def published() -> list[dict[str, str]]:
    with FIELDS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_published_field_ships_with_its_place_kind_width_and_decimals() -> None:
    expected = [
        (
            row["file_type"], int(row["position"]), row["name"], row["type"], int(row["width"]),
            int(row["decimals"]), int(row["offset"]),
        )
        for row in published()
    ]  # fmt: skip
    found = []
    for file_type in shipped().of("21").types:
        layout = layout_of(header_of(file_type), dictionaries=shipped())
        for position, slot in enumerate(layout.slots, start=1):
            field = slot.field
            found.append((
                file_type, position, field.name, field.kind.value, field.width, field.decimals,
                slot.at,
            ))  # fmt: skip

    assert len(found) == 866
    assert found == expected


def test_every_type_has_the_published_fields_and_bytes() -> None:
    types = shipped().of("21").types

    assert {code: (len(t.fields), t.width) for code, t in types.items()} == SIZES


@pytest.mark.parametrize("file_type", SIZES)
def test_a_record_of_every_type_is_written_with_the_published_bytes(file_type: str) -> None:
    header = replace(header_of(file_type), version="20")
    data = render_file(header, [{}])

    lines = data.split(b"\r\n")
    assert len(lines[10 + SIZES[file_type][0] + 1]) == SIZES[file_type][1]
    file = read_header(BytesSource("a.TXT", data))
    assert render_file(file.header, read_rows(file)) == data


def test_the_first_lines_are_those_of_a_real_file() -> None:
    header = replace(header_of("03"), version="20", on=header_of("03").on.replace(2017, 4, 27))

    assert render_file(header, []).split(b"\r\n")[:10] == [line.encode() for line in FIRST_LINES]
