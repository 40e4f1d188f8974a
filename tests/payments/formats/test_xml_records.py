"""What any XML from outside is refused for, quickly and in little memory."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.payments.formats.camt import read_camt053
from huoqi.payments.formats.rules.refusals import FormatError
from huoqi.payments.formats.xml_records import namespace_of
from tests.payments.formats.samples import ICBC, camt, line, read, refusal, refused, written

SMALL = camt([line()])
TEXT = SMALL.decode()
ROOT = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@dataclass(frozen=True)
class Endless:
    """A file whose middle is repeated; it is never all in memory."""

    head: bytes
    middle: bytes
    count: int
    tail: bytes = b""
    name: str = "endless"

    def pieces(self) -> Iterator[bytes]:
        yield self.head
        for _ in range(self.count):
            yield self.middle
        yield self.tail


def code_of(source: Endless) -> str:
    tracemalloc.start()
    try:
        with pytest.raises(FormatError) as found:
            for _ in read_camt053(source, expected=ICBC):
                pass
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    return found.value.code


@pytest.mark.parametrize(
    "spoiled",
    [
        BOMB + TEXT.partition("?>")[2].replace("E1<", "&i;<"),
        TEXT.replace("<Document", '<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document', 1),
        TEXT.replace("<Document", '<!DOCTYPE D [<!ENTITY x SYSTEM "/etc/passwd">]><Document', 1)
        .replace("E1<", "&x;<"),
        TEXT.replace("<Document", "<!DOCTYPE Document><Document", 1),
    ],
)  # fmt: skip
def test_a_document_type_is_refused_before_anything_of_it_is_done(spoiled: str) -> None:
    assert refusal(spoiled).code == "statement.doctype"


def test_an_entity_that_nobody_declared_is_no_text() -> None:
    assert refusal(TEXT.replace("E1<", "&x;<")).code == "statement.not_well_formed"


def test_the_five_entities_of_xml_are_texts() -> None:
    assert read(TEXT.replace("E1<", "&amp;&#x45;<"))[0].entries[0].entry_id == "&E"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.replace("UTF-8", "GB2312").encode(),
        TEXT.replace("UTF-8", "UTF-16").encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.replace("UTF-8", "UTF-16").encode("utf-16-be"),
    ],
)
def test_another_encoding_is_refused(data: bytes) -> None:
    assert refusal(data).code == "statement.encoding"


@pytest.mark.parametrize("data", [b"", b"\xff", b"\x00" * 9, b"entry_id,ref"])
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    assert refusal(data).code == "statement.not_well_formed"


def test_a_gb18030_text_called_utf8_is_refused() -> None:
    data = TEXT.replace("E1<", "流水<").encode("gb18030")

    assert refusal(data).code == "statement.not_well_formed"


def test_elements_stand_in_each_other_so_deep_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        return TEXT.replace("<Sts>", "<x>" * depth + "</x>" * depth + "<Sts>", 1)

    assert read(nested(20))
    assert refusal(nested(40)).code == "statement.too_deep"


def test_elements_without_end_are_refused() -> None:
    assert code_of(Endless(ROOT.encode() + b"<BkToCstmrStmt>", b"<a>" * 1_000, 10_000)) == (
        "statement.too_deep"
    )


@pytest.mark.parametrize("middle", [b"9" * 65_536, b"<!--", b'<x y="' + b"9" * 9_000])
def test_a_piece_without_end_is_refused(middle: bytes) -> None:
    head = (TEXT[: TEXT.index("E1<")]).encode()
    first = middle if middle.startswith(b"<") else b""
    endless = Endless(head + first, b"9" * 65_536, 1_000)

    assert code_of(endless) in {"statement.too_large", "statement.text_too_long"}


def test_names_without_end_are_refused() -> None:
    head = TEXT[: TEXT.index("<Ntry>")].encode()

    @dataclass(frozen=True)
    class Names:
        name: str = "names"

        def pieces(self) -> Iterator[bytes]:
            yield head
            for start in range(0, 10_000_000, 1_000):
                yield "".join(f"<n{n}/>" for n in range(start, start + 1_000)).encode()

    with pytest.raises(FormatError) as found:
        list(read_camt053(Names(), expected=ICBC))
    assert found.value.code == "statement.too_large"


def test_text_beside_elements_is_text_that_nobody_reads() -> None:
    assert refusal(TEXT.replace("<Sts>", "9<Sts>")).code == "statement.element_malformed"
    assert refusal(TEXT.replace("</Sts>", "9</Sts>")).code == "statement.element_malformed"


def test_blanks_between_elements_mean_nothing() -> None:
    pretty = TEXT.replace("><", ">\n  <")

    assert read(pretty)[0].entries == read(TEXT)[0].entries


def test_comments_and_instructions_mean_nothing() -> None:
    assert read(TEXT.replace("E1<", "E<!-- x -->1<?x y?><"))[0].entries[0].entry_id == "E1"


def test_a_long_file_takes_no_more_memory_than_a_short_one() -> None:
    entry = TEXT[TEXT.index("<Ntry>") : TEXT.index("</Ntry>") + len("</Ntry>")].encode() * 100
    head = TEXT[: TEXT.index("<TxsSummry>")].encode()

    def peak(count: int) -> int:
        tracemalloc.start()
        tail = b"</Stmt></BkToCstmrStmt></Document>"
        found = sum(1 for _ in read_camt053(Endless(head, entry, count, tail), expected=ICBC))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == 100 * count + 2
        return top

    assert peak(60) < peak(6) + (1 << 16)


def test_the_kind_of_a_document_is_known_by_its_first_element() -> None:
    source = Endless(SMALL, b"", 0)

    assert namespace_of(source).endswith("camt.053.001.08")
    assert not namespace_of(Endless(b"<a/>", b"", 0))
    with pytest.raises(FormatError, match="not_well_formed"):
        namespace_of(Endless(b"<!-- x -->", b"", 0))


def test_a_file_cut_anywhere_is_refused() -> None:
    whole = SMALL.rstrip()
    for length in range(len(whole)):
        assert refusal(whole[:length]).code == "statement.not_well_formed"


@given(st.integers(0, len(SMALL) - 1), st.binary(max_size=4))
def test_a_file_with_other_bytes_is_read_or_refused(at: int, odd: bytes) -> None:
    found = refused(lambda: read(SMALL[:at] + odd + SMALL[at + len(odd) :]))

    assert found is None or found.line


@given(st.lists(st.sampled_from(TEXT.replace("<", "\0<").split("\0")[1:]), max_size=60))
def test_tags_in_any_order_are_read_or_refused(tags: list[str]) -> None:
    found = refused(lambda: read(ROOT + "".join(tags)))

    assert found is None or found.line


@given(st.data())
def test_elements_repeated_left_out_or_moved_are_read_or_refused(data: st.DataObject) -> None:
    pieces = written([line(1), line(2, is_credit=False)]).replace("<", "\0<").split("\0")
    for _ in range(data.draw(st.integers(1, 3))):
        at, to = data.draw(st.tuples(*[st.integers(1, len(pieces) - 2)] * 2))
        piece = pieces.pop(at) if data.draw(st.booleans()) else pieces[at]
        pieces.insert(to, piece)

    found = refused(lambda: read("".join(pieces)))

    assert found is None or found.line
