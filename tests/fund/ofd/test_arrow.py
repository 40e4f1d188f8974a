import random

import pyarrow as pa
import pytest

from huoqi.fund.ofd.arrow import batches_of, from_table, to_table
from huoqi.fund.ofd.reading import read_columns, read_header
from huoqi.fund.ofd.rules.column_writing import encode_block
from huoqi.fund.ofd.rules.layouts import FieldUnknown
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.sources import BytesSource
from huoqi.fund.ofd.writing import render_file
from tests.fund.ofd.samples import TYPES, header_of, layout_for, random_records

SMALL = header_of("07", fields=["FundCode", "NAV", "FundName"])


@pytest.mark.parametrize("file_type", TYPES)
def test_a_table_says_what_the_rows_say_and_leads_back_to_the_bytes(file_type: str) -> None:
    header = header_of(file_type)
    layout = layout_for(header)
    records = random_records(layout, count=12, chance=random.Random(file_type))
    data = render_file(header, records)
    file = read_header(BytesSource("a.TXT", data))

    table = to_table(read_columns(file), layout=layout)
    assert table.to_pylist() == records
    block = encode_block(from_table(table, layout=layout), layout=layout, first=Place("a", 1))
    assert block.lines.tobytes() in data


def test_the_schema_says_how_many_decimals_a_number_has() -> None:
    file = read_header(BytesSource("a.TXT", render_file(SMALL, [{"NAV": 10_000}])))

    field = to_table(read_columns(file), layout=file.layout).schema.field("NAV")
    assert field.type == pa.int64()
    assert field.metadata == {b"kind": b"N", b"width": b"7", b"decimals": b"4"}


def test_a_long_file_comes_in_batches() -> None:
    data = render_file(SMALL, [{"FundCode": str(n), "FundName": "活期宝"} for n in range(10)])
    file = read_header(BytesSource("a.TXT", data))

    reader = batches_of(file, ["FundName", "FundCode"], bytes_each=3 * file.layout.stride)
    batches = list(reader)
    assert [batch.num_rows for batch in batches] == [3, 3, 3, 1]
    assert batches[-1].to_pylist() == [{"FundCode": "9", "FundName": "活期宝"}]


def test_a_table_of_other_fields_is_refused_and_null_texts_are_blank() -> None:
    layout = layout_for(SMALL)

    with pytest.raises(FieldUnknown):
        from_table(pa.table({"Name": ["x"]}), layout=layout)
    columns = from_table(pa.table({"FundName": pa.array([None], pa.string())}), layout=layout)
    assert encode_block(columns, layout=layout, first=Place("a", 1)).count == 1
