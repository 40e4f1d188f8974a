"""Manifests are believed when the key says so."""

import json
from dataclasses import replace

import pytest

from huoqi.kit.backup.rules.manifests import (
    ArchiveHead,
    Base,
    ManifestDamaged,
    base_in,
    head_in,
    written,
)

KEY = bytes(range(32))
HEAD = ArchiveHead("a", "7123", 1, 1 << 24, "ff00", "2026-11-20T00:00:00+00:00")
BASE = Base(
    name="20261120T000000000000Z",
    began_at="2026-11-20T00:00:00+00:00",
    ended_at="2026-11-20T00:00:01+00:00",
    business_at="2015-05-11T01:00:00+00:00",
    branch="main",
    start="0/2000028",
    stop="0/2000100",
    start_segment="000000010000000000000002",
    stop_segment="000000010000000000000002",
    next_xid=800,
    major=18,
    sealed_bytes=10,
    sha256="00",
)


def test_what_was_written_is_read_with_the_key_and_without() -> None:
    assert head_in(written(HEAD, key=KEY), file="archive.json", key=KEY) == HEAD
    assert base_in(written(BASE, key=KEY), file="manifest.json") == BASE


def test_another_figure_is_not_believed() -> None:
    content = json.loads(written(BASE, key=KEY))
    content["next_xid"] = 1

    with pytest.raises(ManifestDamaged) as damage:
        base_in(json.dumps(content).encode(), file="manifest.json", key=KEY)

    assert damage.value.params == {"file": "manifest.json"}


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b'{"mac": "x"}', b'{"format": "other", "mac": "x"}', b"\xff"],
)
def test_what_is_no_manifest_is_told(text: bytes) -> None:
    with pytest.raises(ManifestDamaged):
        head_in(text, file="archive.json")


def test_another_format_is_refused_also_without_the_key() -> None:
    content = json.loads(written(replace(HEAD, timeline=2), key=KEY)) | {"format": "huoqi-backup-9"}

    with pytest.raises(ManifestDamaged):
        head_in(json.dumps(content).encode(), file="archive.json")
