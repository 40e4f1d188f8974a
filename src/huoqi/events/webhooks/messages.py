"""What is sent: an event as the API shows it, signed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from huoqi.events.queries import Event
from huoqi.events.rules.contents import Value
from huoqi.events.rules.signatures import HEADER, sign
from huoqi.kit.dates import SHANGHAI

WEBHOOK_HEADER = "Huoqi-Webhook"
TEST_TYPE = "webhook.test.sent"
_AGENT = "Huoqi-Webhooks/1"


def body_of(event: Event) -> bytes:
    """Return an event as the API shows it: the same bytes at every try and every replay."""
    document = {
        "id": event.id,
        "seq": str(event.seq),
        "type": event.type,
        "api_version": event.api_version,
        "created_at": _shown(event.created_at),
        "business_time": _shown(event.business_time),
        "request_id": event.request_id,
        "idempotency_key": event.idempotency_key,
        "ledger_transfer_ids": list(event.ledger_transfer_ids),
        "object_id": event.object_id,
        "data": {name: _text(event.data[name]) for name in sorted(event.data)},
    }
    return msgspec.json.encode(document)


def headers_of(
    body: bytes, *, endpoint_id: UUID, secrets: Sequence[str], now: datetime
) -> Mapping[str, str]:
    """Return what a message carries beside its body; ``now`` is real time."""
    return {
        "Content-Type": "application/json",
        "User-Agent": _AGENT,
        WEBHOOK_HEADER: str(endpoint_id),
        HEADER: sign(body, secrets=secrets, unix=int(now.timestamp())),
    }


def _shown(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="auto")


def _text(value: Value) -> str | bool | None:
    # Amounts are integers of any size: text, as everywhere in the API.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
