"""``huoqi proof``: a proof is checked from its file alone, a day from its folder."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from huoqi.cli.proof_commands import proof_group
from huoqi.close.book.generations import in_force
from huoqi.close.book.journals import Figures
from huoqi.close.rules.proofs import proof_bytes
from huoqi.close.rules.seal_tree import statement_bytes
from huoqi.close.seal.sealing import kept_seal, prove
from tests.close.kept_books import (
    NEXT,
    closed,
    day_key,
    founded,
    public_keys,
    rows_of,
    sealed,
    told,
)

HOLDERS = [(account, account * 1_000) for account in range(1, 101)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    founded(tmp_path, HOLDERS, parts=2)
    told(tmp_path, [], Figures(136_920))
    closed(tmp_path)
    sealed(tmp_path)
    content = proof_bytes(prove(tmp_path, on=NEXT, account=42, day_key=day_key(NEXT)))
    (tmp_path / "mine.hqp").write_bytes(content)
    keys = {signer.value: key.hex() for signer, key in public_keys().items()}
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    (tmp_path / "day.key").write_text(day_key(NEXT).hex() + "\n")
    return tmp_path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(proof_group, [str(each) for each in arguments])


def test_a_proof_holds(folder: Path) -> None:
    result = run("verify", folder / "mine.hqp", "--keys", folder / "keys.json", "--json")

    assert result.exit_code == 0
    document = json.loads(result.output)
    assert document["valid"] is True
    assert (document["account"], document["units_e2"], document["income_fen"]) == (
        *(42, "42006"),
        "6",
    )
    assert document["holders"] == 100
    assert document["keys"] == "published"
    assert [each["signer"] for each in document["signers"]] == [
        "platform",
        "fund_manager",
        "custodian",
    ]


def test_a_saved_list_of_roots_bears_a_proof_out_or_not(folder: Path) -> None:
    statement = statement_bytes(kept_seal(folder, NEXT).statement)
    listed = {"data": [{"statement": statement.hex()}]}
    (folder / "seals.json").write_text(json.dumps(listed))
    result = run("verify", folder / "mine.hqp", "--roots", folder / "seals.json", "--json")
    assert json.loads(result.output)["public_list"] == "the same root"

    listed["data"][0]["statement"] = (statement[:30] + bytes(32) + statement[62:]).hex()
    (folder / "seals.json").write_text(json.dumps(listed))
    result = run("verify", folder / "mine.hqp", "--roots", folder / "seals.json", "--json")
    assert (result.exit_code, json.loads(result.stdout)["code"]) == (3, "close.roots_broken")

    result = run("verify", folder / "mine.hqp", "--roots", folder / "keys.json")
    assert result.exit_code == 2
    assert "GET /v1/seals" in result.output


def test_published_keys_may_be_the_saved_answer(folder: Path) -> None:
    keys = json.loads((folder / "keys.json").read_text())
    rows = [{"signer": name, "public_key": key} for name, key in keys.items()]
    (folder / "answer.json").write_text(json.dumps({"keys": rows}))

    result = run("verify", folder / "mine.hqp", "--keys", folder / "answer.json", "--json")

    assert json.loads(result.output)["keys"] == "published"


def test_what_a_proof_does_not_show_is_said_in_both_languages(folder: Path) -> None:
    english = run("verify", folder / "mine.hqp").output
    chinese = run("verify", folder / "mine.hqp", "--lang", "zh").output

    assert "not compared" in english
    assert "not that the money exists" in english
    assert "并不证明资金存在" in chinese
    assert english.count("·") == chinese.count("·")


def test_a_changed_proof_is_a_negative_answer(folder: Path) -> None:
    content = bytearray((folder / "mine.hqp").read_bytes())
    content[-1] ^= 1
    (folder / "mine.hqp").write_bytes(content)

    result = run("verify", folder / "mine.hqp", "--json")

    assert result.exit_code == 3
    assert json.loads(result.stdout)["code"] == "close.proof_invalid"
    assert json.loads(result.stdout)["reason"] == "root"


def test_keys_of_somebody_else_are_a_negative_answer(folder: Path) -> None:
    keys = json.loads((folder / "keys.json").read_text()) | {"custodian": "00" * 32}
    (folder / "keys.json").write_text(json.dumps(keys))

    result = run("verify", folder / "mine.hqp", "--keys", folder / "keys.json")

    assert result.exit_code == 3
    assert "signer=custodian" in result.stderr


def test_a_file_without_keys_is_wrong_use(folder: Path) -> None:
    (folder / "keys.json").write_text("[]")

    result = run("verify", folder / "mine.hqp", "--keys", folder / "keys.json")

    assert result.exit_code == 2


def test_an_audit_of_a_sound_day_finds_nothing(folder: Path) -> None:
    sound = run("audit", folder, "--on", "2015-05-12", "--day-key", folder / "day.key", "--json")

    assert sound.exit_code == 0
    assert json.loads(sound.output) == {"sound": True, "close_on": "2015-05-12", "findings": []}


def test_an_audit_names_who_differs_from_the_register(folder: Path) -> None:
    kept = rows_of(folder, in_force(folder))
    rows = [f"{account},{units_e2}" for account, (units_e2, _) in kept.items()]
    (folder / "register.csv").write_text("\n".join(["account,units_e2", *rows, "777,5"]))
    options = ("--on", "2015-05-12", "--day-key", folder / "day.key")

    found = run("audit", folder, *options, "--register", folder / "register.csv", "--json")

    assert found.exit_code == 3
    [finding] = json.loads(found.output)["findings"]
    assert finding == {
        "doubt": "register",
        "detail": "the register has other units",
        "account": 777,
        "signed": 0,
        "found": 5,
    }
