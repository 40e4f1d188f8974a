"""``huoqi proof``: checks a customer's proof without network or database, audits a whole day."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from huoqi.cli.documents import show
from huoqi.cli.exits import Exit, refuse
from huoqi.close.rules.proofs import SIGNERS, Proof, ProofInvalid, Signer, verify
from huoqi.close.rules.root_lists import RootsBroken, require_listed
from huoqi.close.rules.seal_tree import Statement, read_statement

if TYPE_CHECKING:
    from huoqi.close.book import Int64

#: What a proof does not show, in plain words; product page, section 10.
CAVEATS = {
    "en": (
        "It proves that your balance is in what was signed, not that the money exists.",
        "That the money exists rests on the manager's register and the custodian's signature.",
        "A customer who was left out is noticed only if some customers check.",
        "Three signers who collude can lie.",
        "The totals are proved by the auditor's run over all holders, not by one proof.",
        "Others could be shown another root: compare it with the one in the public list.",
        "It shows the end of the day, not orders that are under way.",
    ),
    "zh": (
        "它证明您的余额在所签数据之内，并不证明资金存在。",
        "资产一侧以管理人登记簿和托管人签名为凭。",
        "若有客户被遗漏，只有部分客户核对时才会被发现。",
        "三方签署人若串通，可以作假。",
        "合计由审计方对全体持有人重新汇总来证明，单份凭证不能证明合计。",
        "他人可能看到不同的根；请与公开列表上的根核对。",
        "它反映日终状态，不含在途订单。",
    ),
}


@click.group("proof")
def proof_group() -> None:
    """Check what customers can prove, and audit a sealed day."""


@proof_group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The signers' published keys: a saved answer of GET /v1/proof-keys, or JSON with platform,"
    " fund_manager and custodian in hex.",
)
@click.option(
    "--roots",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A saved answer of GET /v1/seals: the day's root must be the one in it, in its chain.",
)
@click.option("--lang", type=click.Choice(sorted(CAVEATS)), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_command(
    file: Path,
    keys: Path | None,
    roots: Path | None,
    lang: str,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Check a downloaded proof; it needs no network, no database and no running server.

    Without --keys it shows that the keys in the file signed, not whose keys these are: compare
    their beginnings with the published ones. With --roots it also shows that everybody who has
    the same list saw the same root, and that no day in the list was changed or left out. A proof
    that does not hold exits with 3.

    \b
    huoqi proof verify balance-2015-05-12.hqp --keys keys.json --roots seals.json
    """
    listed = _listed(roots)
    try:
        proof = verify(file.read_bytes(), trusted=_trusted(keys))
        if listed is not None:
            require_listed(proof.statement, listed)
    except (ProofInvalid, RootsBroken) as invalid:
        step = "download the proof again, or huoqi proof verify --help"
        refuse(invalid, as_json=as_json, next_step=step, exit_code=Exit.NEGATIVE)
    document = _document(proof, compared=keys is not None)
    document["public_list"] = "not compared" if listed is None else "the same root"
    if as_json:
        show(document | {"caveats": list(CAVEATS[lang])}, as_json=True)
        return
    show(document, as_json=False)
    for caveat in CAVEATS[lang]:
        click.echo(f"· {caveat}")


def _listed(roots: Path | None) -> list[Statement] | None:
    if roots is None:
        return None
    try:
        rows = json.loads(roots.read_bytes())
        rows = rows["data"] if isinstance(rows, dict) else rows
        return [read_statement(bytes.fromhex(row["statement"])) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise click.BadParameter(
            f"{roots.name} is no answer of GET /v1/seals; save it with curl -o seals.json URL"
        ) from error


def _trusted(keys: Path | None) -> dict[Signer, bytes] | None:
    if keys is None:
        return None
    try:
        document = json.loads(keys.read_bytes())
        if "keys" in document:
            document = {each["signer"]: each["public_key"] for each in document["keys"]}
        return {signer: bytes.fromhex(document[signer.value]) for signer in SIGNERS}
    except (ValueError, KeyError, TypeError) as error:
        raise click.BadParameter(f"{keys.name} does not hold three keys in hex") from error


def _document(proof: Proof, *, compared: bool) -> dict[str, object]:
    statement, leaf = proof.statement, proof.leaf
    return {
        "valid": True,
        "fund": statement.fund,
        "close_on": statement.on.isoformat(),
        "account": leaf.account,
        "units_e2": str(leaf.units_e2),
        "income_fen": str(leaf.income_fen),
        "figures": leaf.status.name.lower(),
        "position": proof.position,
        "holders": statement.count,
        "total_units_e2": str(statement.total_units_e2),
        "total_income_fen": str(statement.total_income_fen),
        "root": statement.root.hex(),
        "keys": "published" if compared else "not compared",
        "signers": [
            {"signer": signer.value, "public_key": each.public_key.hex()}
            for signer, each in zip(SIGNERS, proof.signatures, strict=True)
        ],
    }


@proof_group.command("audit")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--on", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD")
@click.option(
    "--day-key",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the key of the day in hex, as the platform gives it to the auditor.",
)
@click.option("--keys", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--register",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The manager's holders: CSV with account,units_e2 and one heading line.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def audit_command(
    folder: Path,
    on: datetime,
    day_key: Path,
    keys: Path | None,
    register: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Hash and add up all leaves of a sealed day again; findings exit with 3.

    \b
    huoqi proof audit BOOK --on 2015-05-12 --day-key day.key --register holders.csv
    """
    # Imported here: compiled loops take a moment to load, and a customer's check needs none.
    from huoqi.close.rules.tie_out_columns import Side
    from huoqi.close.seal.auditing import Evidence, audit

    side = None if register is None else Side(*_columns_of(register))
    evidence = Evidence(bytes.fromhex(day_key.read_text().strip()), _trusted(keys), side)
    day: date = on.date()
    found = audit(folder, on=day, evidence=evidence)
    rows = [
        {
            "doubt": each.doubt.value,
            "detail": each.detail,
            "account": each.account,
            "signed": each.signed,
            "found": each.found,
        }
        for each in found
    ]
    document = {"sound": not found, "close_on": day.isoformat(), "findings": rows}
    show(document, as_json=as_json)
    if found:
        raise SystemExit(Exit.NEGATIVE)


def _columns_of(path: Path) -> list["Int64"]:
    import numpy as np

    table = np.loadtxt(path, dtype=np.int64, delimiter=",", skiprows=1, ndmin=2)
    return [table[:, 0].copy(), table[:, 1].copy()]
