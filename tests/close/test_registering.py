"""What is kept of a register, and where a holder stands in it."""

from dataclasses import replace
from datetime import date

from huoqi.close.operations.registering import register_of
from huoqi.fund.managers.port import Register, SourceFile

ON = date(2015, 5, 12)
FIRST, SECOND = SourceFile("05_001", b"\1" * 32), SourceFile("05_002", b"\2" * 32)
WHOLE = Register("990001", ON, 60, 3, [100, 102, 105], [10, 20, 30], files=[FIRST])


def test_one_file_in_the_order_of_accounts_says_each_record_by_its_place() -> None:
    used = register_of(WHOLE)

    assert (used.source, used.source_sha256, used.is_in_order) == ("05_001", FIRST.sha256, True)
    stands = WHOLE.row_of(102)
    assert stands is not None
    assert (stands.file, stands.record_no) == (FIRST, 2)
    assert WHOLE.row_of(101) is None
    assert register_of(replace(WHOLE, record_nos=[1, 2, 3])).is_in_order


def test_parts_and_another_order_are_said_record_by_record() -> None:
    parts = replace(WHOLE, files=[FIRST, SECOND], file_nos=[0, 1, 0], record_nos=[1, 1, 2])
    used = register_of(parts)

    assert (used.source, used.files_count, used.is_in_order) == ("05_001 +1", 2, False)
    assert used.source_sha256 not in (FIRST.sha256, SECOND.sha256)
    stands = parts.row_of(102)
    assert stands is not None
    assert (stands.file, stands.record_no) == (SECOND, 1)
    assert not register_of(replace(WHOLE, record_nos=[2, 1, 3])).is_in_order


def test_a_register_without_files_is_kept_without_a_name() -> None:
    nameless = replace(WHOLE, files=[])

    assert register_of(nameless).source_sha256 is None
    assert nameless.row_of(102) is None
