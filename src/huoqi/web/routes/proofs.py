"""Proofs: a file by which a customer shows, without us, that a balance is in what three signed."""

import hashlib
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from huoqi.close.operations.sealing import proof_of, seal_until
from huoqi.close.queries import closed_days
from huoqi.close.rules.proofs import proof_bytes
from huoqi.close.seal.refusals import NotSealed
from huoqi.fund.products import HUOQIBAO
from huoqi.web.doors import Customer, Public
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Answer, Day, Shape, shown_at

router = APIRouter(prefix="/v1", tags=["Proofs"], route_class=StrictRoute)

Fund = Annotated[
    str, Query(pattern="^[0-9A-Za-z]{1,16}$", description="The fund's code.", examples=["990001"])
]
On = Annotated[Day | None, Query(alias="date", description="A closed day; else the latest one.")]


class KeyView(Shape):
    """The key of one of the three who sign the end of each day."""

    signer: str
    public_key: str
    simulated: bool


class KeysAnswer(Answer):
    """The signers' Ed25519 keys in hexadecimal, to be compared with those in a proof."""

    keys: list[KeyView]


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
    """Fetch the proof of a holding at the end of a closed day; `huoqi proof verify` checks it.

    The day is sealed now if it is not yet.
    """
    caller, platform = door.enter(), door.machine.platform
    first_on, last_on = on or date.min, on or date.max
    days = door.ask(
        lambda work, _: closed_days(work, fund=fund, first_on=first_on, last_on=last_on, limit=1)
    )
    if not days:
        raise NotSealed(on=on.isoformat() if on else "")
    closed_on = days[0].sealed.on
    seal_until(platform, fund=fund, on=closed_on)
    account, desk = caller.customer_no, platform.seal
    proof = door.ask(
        lambda work, _: proof_of(work, desk=desk, fund=fund, on=closed_on, account=account)
    )
    content = proof_bytes(proof)
    name = f"huoqi-proof-{fund}-{closed_on.isoformat()}.hqp"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "huoqi-file-sha256": hashlib.sha256(content).hexdigest(),
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
