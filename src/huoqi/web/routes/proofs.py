"""Proofs: a file by which a customer shows, without us, that a balance is in what three signed."""

import hashlib
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from huoqi.close.operations.sealing import proof_of, seal_until
from huoqi.close.queries import Kept, last_sealed, seals_before
from huoqi.close.rules.proofs import SIGNERS, proof_bytes
from huoqi.close.rules.seal_tree import statement_bytes
from huoqi.close.seal.refusals import NotSealed
from huoqi.fund.products import HUOQIBAO
from huoqi.kit.db import Work
from huoqi.web.doors import Customer, Public
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import (
    Answer,
    CursorText,
    Day,
    Money,
    Page,
    PageLimit,
    Shape,
    Units,
    cursor_after,
    money,
    number_of_cursor,
    page,
    shown_at,
    units,
)

router = APIRouter(prefix="/v1", tags=["Proofs"], route_class=StrictRoute)

Fund = Annotated[
    str, Query(pattern="^[0-9A-Za-z]{1,16}$", description="The fund's code.", examples=["990001"])
]
On = Annotated[Day | None, Query(alias="date", description="A day; else the latest sealed one.")]


class KeyView(Shape):
    """The key of one of the three who sign the end of each day."""

    signer: str
    public_key: str
    simulated: bool


class KeysAnswer(Answer):
    """The signers' Ed25519 keys in hexadecimal, to be compared with those in a proof."""

    keys: list[KeyView]


class SignatureView(Shape):
    """An Ed25519 signature over the statement's bytes, with its key; all in hexadecimal."""

    signer: str
    public_key: str
    signature: str
    simulated: bool


class SealView(Shape):
    """A sealed day: the 113 bytes that three signed, what they say, and their signatures.

    `previous_sha256` is that of the statement of the sealed day before, so no day can be changed
    or left out later without all after it.
    """

    fund: str
    on: date
    root: str = Field(description="Root of the tree over all holders, in hexadecimal.")
    holder_count: int
    total_units: Units
    total_income: Money
    previous_sha256: str
    statement: str = Field(description="What was signed: 113 bytes in hexadecimal.")
    statement_sha256: str
    signatures: list[SignatureView]
    sealed_at: str


@router.get("/seals", operation_id="seals_list")
def seals_list(
    door: Public,
    fund: Fund = HUOQIBAO.fund,
    on: Annotated[Day | None, Query(alias="date", description="Only the seal of this day.")] = None,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> Page[SealView]:
    """List the sealed days of a fund, newest first; anybody may keep a copy and compare roots.

    A saved answer of this route is what `huoqi proof verify --roots` takes.
    """
    ordinal = number_of_cursor(cursor)
    before = date.fromordinal(ordinal) if 0 < ordinal < date.max.toordinal() else date.max

    def found(work: Work) -> Page[SealView]:
        if on is not None:
            kept = last_sealed(work, fund=fund, until=on)
            here = [kept] if kept is not None and kept.statement.on == on else []
            return page([_seal_view(each) for each in here], next_cursor=None, at=work.at)
        listed = seals_before(work, fund=fund, before=before, limit=limit)
        more = len(listed) == limit
        last = listed[-1].statement.on.toordinal() if more else 0
        return page(
            [_seal_view(each) for each in listed],
            next_cursor=cursor_after(last) if more else None,
            at=work.at,
        )

    return door.ask(found)


@router.get("/proof-keys", operation_id="proof_keys_list")
def proof_keys_list(door: Public) -> KeysAnswer:
    """List the keys with which closed days are signed."""
    desk = door.machine.platform.seal
    keys = [
        KeyView(signer=each.signer.value, public_key=each.public_key.hex(), simulated=True)
        for each in (desk.signers if desk else ())
    ]
    return door.ask(lambda work: KeysAnswer(keys=keys, business_time=shown_at(work.at)))


@router.get(
    "/me/proof",
    operation_id="me_proof_get",
    response_class=Response,
    responses={
        200: {
            "content": {"application/octet-stream": {}},
            "description": "The proof, at most 2 KB; its hash in the header Huoqi-File-Sha256.",
        }
    },
)
def me_proof_get(door: Customer, fund: Fund = HUOQIBAO.fund, on: On = None) -> Response:
    """Fetch the proof of a holding at the end of a sealed day; `huoqi proof verify` checks it.

    Without a date it is the latest sealed day; a closed day is sealed now if nobody is missing.
    """
    caller, platform = door.enter(), door.machine.platform
    until = on or date.max
    last = door.ask(lambda work, _: last_sealed(work, fund=fund, until=until))
    if last is None or (on is not None and last.statement.on != on):
        seal_until(platform, fund=fund, on=until)
        last = door.ask(lambda work, _: last_sealed(work, fund=fund, until=until))
    if last is None or (on is not None and last.statement.on != on):
        raise NotSealed(on=on.isoformat() if on else "")
    sealed_on = last.statement.on
    account, desk = caller.customer_no, platform.seal
    proof = door.ask(
        lambda work, _: proof_of(work, desk=desk, fund=fund, on=sealed_on, account=account)
    )
    content = proof_bytes(proof)
    name = f"huoqi-proof-{fund}-{sealed_on.isoformat()}.hqp"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "huoqi-file-sha256": hashlib.sha256(content).hexdigest(),
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def _seal_view(kept: Kept) -> SealView:
    statement, content = kept.statement, statement_bytes(kept.statement)
    return SealView(
        fund=statement.fund,
        on=statement.on,
        root=statement.root.hex(),
        holder_count=statement.count,
        total_units=units(statement.total_units_e2),
        total_income=money(statement.total_income_fen),
        previous_sha256=statement.previous_sha256.hex(),
        statement=content.hex(),
        statement_sha256=hashlib.sha256(content).hexdigest(),
        signatures=[
            SignatureView(
                signer=signer.value,
                public_key=each.public_key.hex(),
                signature=each.signature.hex(),
                simulated=True,
            )
            for signer, each in zip(SIGNERS, kept.signatures, strict=True)
        ],
        sealed_at=shown_at(kept.sealed_at),
    )
