"""The form of an evidence pack: a check before each line, sums at the end, a name for each line."""

import hashlib

import pytest

from huoqi.close.rules.evidence import Fact, check_of, fact_of, line_of, lines_of, name_of


def test_a_line_begins_with_the_check_of_its_json() -> None:
    line = line_of({"part": "head", "on": "2015-05-11"})

    assert line == check_of(line[17:-1]) + b' {"on":"2015-05-11","part":"head"}\n'
    assert fact_of(line) == ({"part": "head", "on": "2015-05-11"}, None)


def test_a_pack_ends_with_counts_and_digests_of_its_parts() -> None:
    *lines, last = lines_of([
        {"part": "head"},
        {"part": "act", "seq": 1},
        {"part": "act", "seq": 2},
    ])

    end, wrong = fact_of(last)

    assert wrong is None
    assert end is not None
    assert end["parts"]["act"]["lines"] == 2
    assert end["parts"]["head"]["sha256"] == hashlib.sha256(lines[0]).hexdigest()
    assert end["whole"] == {"lines": 3, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (b'ae6e27bc57654884 {"part":"head"}', "the line has no end"),
        (b"ae6e27bc57654884 {\n", "the line cannot be read"),
        (b"ae6e27bc57654884 \xff\n", "the line cannot be read"),
        (b"ae6e27bc57654884 " + b"[" * 100_000 + b"\n", "the line cannot be read"),
        (b"ae6e27bc57654884 []\n", "the line cannot be read"),
        (b'ae6e27bc57654884 {"part":1}\n', "the line cannot be read"),
        (b'ae6e27bc57654884_{"part":"head"}\n', "the line was altered"),
        (b'0000000000000000 {"part":"head"}\n', "the line was altered"),
    ],
)
def test_a_line_that_was_touched_says_how(line: bytes, wrong: str) -> None:
    assert fact_of(line)[1] == wrong


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        ({"part": "chain", "shard": 2}, "ledger shard 2, where its chain begins"),
        ({"part": "act", "seq": 7}, "audit entry 7"),
        ({"part": "approval", "approval_id": "a1"}, "approval a1"),
        ({"part": "close", "fund": "990001"}, "close of fund 990001"),
        ({"part": "day_shard", "fund": "990001", "shard": 1}, "day_shard of fund 990001, shard 1"),
        ({"part": "head"}, "the head"),
        ({"part": "row"}, "the row"),
    ],
)
def test_each_line_has_a_name_for_people(fact: Fact, name: str) -> None:
    assert name_of(fact) == name
