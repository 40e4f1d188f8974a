"""The published vectors of sealing and of pseudonyms are reproduced byte for byte."""

import csv
import json
import os
from pathlib import Path

import pytest

from huoqi.vault.rules.pseudonyms import pseudonym_of, scope_key
from huoqi.vault.rules.sealing import Unreadable, open_bytes, seal_bytes

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
FOLDER = SHARED / "data" / "privacy"

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason=f"reserved data is absent: {FOLDER.name}"
)


def test_a_wrapped_key_and_a_sealed_field_are_the_published_bytes() -> None:
    vectors = json.loads((FOLDER / "vault_vectors.json").read_text(encoding="utf-8"))
    wrap, field = vectors["wrap"], vectors["field"]

    wrapped = seal_bytes(
        bytes.fromhex(wrap["dek_hex"]),
        key=bytes.fromhex(wrap["kek_hex"]),
        nonce=bytes.fromhex(wrap["nonce_hex"]),
        binding=wrap["aad"].encode(),
    )
    sealed = seal_bytes(
        field["plaintext"].encode(),
        key=bytes.fromhex(field["dek_hex"]),
        nonce=bytes.fromhex(field["nonce_hex"]),
        binding=field["aad"].encode(),
    )

    assert wrapped.hex() == wrap["wrapped_hex"]
    assert sealed.hex() == field["stored_hex"]
    for case in vectors["must_fail"]:
        with pytest.raises(Unreadable):
            open_bytes(sealed, key=bytes.fromhex(field["dek_hex"]), binding=case["aad"].encode())


def test_every_published_pseudonym_is_ours() -> None:
    with (FOLDER / "pseudonym_vectors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    for row in rows:
        key = scope_key(bytes.fromhex(row["root_key_hex"]), scope=row["scope"])
        assert pseudonym_of(row["normalised"], key=key).hex() == row["pseudonym_hex"]
    assert len(rows) == 15
