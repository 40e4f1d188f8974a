"""Damaged files given to commands: an answer of two, never an error of ours."""

import os
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huoqi.cli.audit_commands import audit_group
from huoqi.cli.exits import Exit
from huoqi.cli.ofd_commands import ofd_group
from huoqi.cli.proof_commands import proof_group
from huoqi.close.book.journals import Figures
from huoqi.close.rules.evidence import FORMAT, lines_of
from huoqi.close.rules.proofs import proof_bytes
from huoqi.close.seal.sealing import prove
from huoqi.fund.ofd.writing import render_file
from tests.bad_files import damaged
from tests.close.kept_books import NEXT, closed, day_key, founded, sealed, told
from tests.fund.ofd.samples import header_of, layout_for, random_records

SEEDS = st.integers(0, 2**48)
FACTS = (
    {"part": "head", "format": FORMAT, "on": "2015-05-11"},
    {"part": "trial", "asset": "CNY", "debits_posted": 5, "credits_posted": 5},
    {"part": "act", "seq": 12, "type": "staff.close.run"},
)
#: 60 in the suite; HUOQI_BAD_FILES=20000 for the long run.
EXAMPLES = int(os.environ.get("HUOQI_BAD_FILES", "60"))
SOME = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("book")
    founded(folder, [(account, account * 1_000) for account in range(1, 50)])
    told(folder, [], Figures(136_920))
    closed(folder)
    sealed(folder)
    return proof_bytes(prove(folder, on=NEXT, account=42, day_key=day_key(NEXT)))


@SOME
@given(seed=SEEDS)
def test_a_damaged_proof_does_not_hold(seed: int, proof: bytes, tmp_path: Path) -> None:
    data = damaged(proof, random.Random(seed))
    (tmp_path / "mine.hqp").write_bytes(data)

    said = CliRunner().invoke(proof_group, ["verify", str(tmp_path / "mine.hqp"), "--json"])
    assert said.exit_code == (Exit.DONE if data == proof else Exit.NEGATIVE), said.output
    assert said.exception is None or isinstance(said.exception, SystemExit)


@SOME
@given(seed=SEEDS)
def test_a_damaged_pack_is_not_sound(seed: int, tmp_path: Path) -> None:
    whole = b"".join(lines_of(FACTS))
    data = damaged(whole, random.Random(seed))
    (tmp_path / "pack.txt").write_bytes(data)

    said = CliRunner().invoke(audit_group, ["verify", str(tmp_path / "pack.txt"), "--json"])
    assert said.exit_code == (Exit.DONE if data == whole else Exit.NEGATIVE), data
    assert said.exception is None or isinstance(said.exception, SystemExit)


def answered(command: str, path: Path) -> Result:
    """Return what a command says of a file, which is yes or no."""
    said = CliRunner().invoke(ofd_group, [command, str(path)])
    assert said.exit_code in (Exit.DONE, Exit.FAILED), said.output
    assert said.exception is None or isinstance(said.exception, SystemExit)
    return said


@SOME
@given(seed=SEEDS, file_type=st.sampled_from(("02", "04", "05", "06", "07", "25")))
def test_a_damaged_exchange_file_is_refused_or_comes_back_in_its_bytes(
    seed: int, file_type: str, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    header = header_of(file_type)
    records = random_records(layout_for(header), count=chance.randrange(3), chance=chance)
    data = damaged(render_file(header, records), chance)
    path, lines = tmp_path / "x.TXT", tmp_path / "x.jsonl"
    path.write_bytes(data)

    *_, said = (answered(command, path) for command in ("show", "check", "decode"))
    if said.exit_code == Exit.DONE:
        lines.write_bytes(said.stdout_bytes)
        assert CliRunner().invoke(ofd_group, ["encode", str(lines)]).stdout_bytes == data
    lines.write_bytes(damaged(said.stdout_bytes or b"{}", chance))
    answered("encode", lines)
