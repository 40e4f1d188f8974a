"""What stands under a file's name and is none is refused, quickly."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from huoqi.payments.formats.rules.refusals import FormatError
from huoqi.payments.formats.sources import BytesSource, FileSource, digest_of
from tests.bad_files import NO_FILES


@pytest.mark.parametrize("make", NO_FILES.values(), ids=NO_FILES.keys())
def test_what_is_no_file_is_refused_or_read_whole(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "statement.xml"
    make(path)
    if path.is_file():  # A link to a file is one, for whoever names it.
        assert digest_of(FileSource(path)) == digest_of(BytesSource(b"of somebody else"))
        return
    with pytest.raises(FormatError) as found:
        digest_of(FileSource(path))
    assert found.value.code in {"statement.not_a_file", "statement.unreadable"}


def test_a_file_is_only_so_large(tmp_path: Path) -> None:
    path = tmp_path / "statement.xml"
    path.write_bytes(b"12345")

    with pytest.raises(FormatError, match="too_large"):
        digest_of(FileSource(path, most_bytes=4))


def test_a_file_that_grows_is_only_so_large(tmp_path: Path) -> None:
    path = tmp_path / "statement.xml"
    path.write_bytes(b"1" * 70_000)
    pieces = FileSource(path, most_bytes=70_000).pieces()

    next(pieces)
    with path.open("ab") as file:
        file.write(b"2" * 70_000)
    with pytest.raises(FormatError, match="too_large"):
        list(pieces)


def test_a_source_knows_its_name(tmp_path: Path) -> None:
    assert FileSource(tmp_path / "a.xml").name == "a.xml"
    assert os.path.basename(BytesSource(b"", "b.xml").name) == "b.xml"
