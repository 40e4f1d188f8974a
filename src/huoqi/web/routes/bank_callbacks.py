"""Banks call back: a call counts by its signature alone, once, and after it is on the disk."""

import logging
from typing import Annotated

from fastapi import APIRouter, Header, Path, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from huoqi.events.rules.signatures import SignatureMissing
from huoqi.kit.clock import machine_now
from huoqi.kit.errors import DomainError
from huoqi.payments.hearing import CallbackDoor
from huoqi.payments.operations.callbacks import Verdict
from huoqi.web.doors import OpenDoor, Public
from huoqi.web.wire import Answer, shown_at

# The body is signed as it came, so nothing reads it before the signature is checked.
router = APIRouter(prefix="/v1", tags=["Banks and cards"], route_class=APIRoute)

_LOG = logging.getLogger("huoqi.web.bank_callbacks")
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["event_id", "ref"],
                    "properties": {
                        "event_id": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,64}$"},
                        "ref": {"type": "string", "pattern": "^[A-Za-z0-9]{1,35}$"},
                        "code": {"type": "string", "pattern": "^[0-9A-Z]{0,8}$"},
                        "status": {"type": "string"},
                        "amount_fen": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
                        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                    },
                }
            }
        },
    }
}

BankCode = Annotated[str, Path(pattern=r"^[A-Z]{2,8}$", examples=["ICBC"])]


class BankCallbackAnswer(Answer):
    """What became of a call."""

    verdict: Verdict


@router.post("/bank-callbacks/{bank}", operation_id="bank_callbacks_take", openapi_extra=_BODY)
async def bank_callbacks_take(
    door: Public,
    request: Request,
    bank: BankCode,
    signature: Annotated[str, Header(alias="Huoqi-Signature", max_length=1_000)] = "",
) -> BankCallbackAnswer:
    """Take a bank's call about one of our references, signed as t=…,v1=… over the raw body.

    A call that came before is answered in the same way and does nothing. What is not signed, too
    old or forged is refused, counted and logged, and is no evidence.
    """
    raw = await request.body()
    return await run_in_threadpool(_heard, door, raw, bank=bank, signature=signature)


def _heard(door: OpenDoor, body: bytes, *, bank: str, signature: str) -> BankCallbackAnswer:
    machine = door.machine
    try:
        if not signature:
            raise SignatureMissing
        calls = machine.platform.calls or CallbackDoor(machine.platform.database)
        verdict = calls.hear(body, bank=bank, header=signature, now=machine_now())
    except DomainError as refusal:
        # The bank's name was checked for its form; nothing of the body is told.
        _LOG.warning("a call in the name of %s was refused: %s", bank, refusal.code)
        machine.metrics.bank_called(refusal.code)
        raise
    machine.metrics.bank_called(verdict)
    machine.wake_jobs()
    return BankCallbackAnswer(verdict=verdict, business_time=shown_at(door.ask(lambda w: w.at)))
