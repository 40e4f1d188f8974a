"""What banks outside call us about: stored before we say that we heard it, taken by the pump."""

from datetime import datetime, time
from typing import ClassVar, Literal

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments._store import callbacks as store
from huoqi.payments.banks.port import Callback
from huoqi.payments.rules.callbacks import CallbackText
from huoqi.payments.rules.replies import Reply, ReplyKind

LineKind = Literal["http", "files"]
Verdict = Literal["stored", "repeated"]


class BanksChosen(DomainError):
    """A company stays with the kind of banks that it began with: its cards are known there."""

    code: ClassVar[str] = "setting.banks_chosen"


def store_callback(work: Work, said: CallbackText, *, bank: str, received_at: datetime) -> Verdict:
    """Keep a call whose signature was checked, and tell whether it is new.

    A call of the same bank under the same id is heard again and changes nothing, whatever it says.
    """
    is_new = store.add(
        work,
        {
            "bank": bank,
            "event_id": said.event_id,
            "bank_ref": said.bank_ref,
            "code": said.reply.code,
            "amount_fen": said.reply.amount_fen,
            "currency": said.reply.currency,
            "at": received_at,
        },
    )
    return "stored" if is_new else "repeated"


def stored_callbacks(work: Work, *, limit: int) -> list[Callback]:
    """Return calls that nobody has taken yet, in the order in which they came."""
    return [
        Callback(
            callback_id=row[0],
            bank=row[1],
            bank_ref=row[2],
            reply=Reply(ReplyKind.CODE, row[3], row[4], row[5]),
            is_stored=True,
        )
        for row in store.waiting(work, limit=limit)
    ]


def line_kind(work: Work) -> LineKind | None:
    """Return how this company's banks are spoken to, None where they are in its database."""
    kind = store.kind(work)
    return None if kind is None else "http" if kind == "http" else "files"


def note_line(work: Work, kind: LineKind) -> None:
    """Write down that banks outside are being told something.

    Committed with the disk waited for, it brings every earlier commit to the disk as well: what a
    bank is told to move was never to be forgotten here.
    """
    store.tell(work, kind=kind, at=work.at)


def statement_desks(work: Work) -> list[tuple[str, str, time, time]]:
    """Return our account at each bank, when its statement is ready, and when its day ends."""
    return [(r[0], r[1], r[2], r[3]) for r in store.desks(work, on=shanghai_date(work.at))]


def require_same_line(work: Work, kind: LineKind | None) -> None:
    """Return nothing where this is the line that the company began with. Errors: BanksChosen."""
    chosen = line_kind(work)
    if chosen is None and store.known_inside(work) and kind is not None:
        raise BanksChosen(wanted=kind, chosen="database")
    if chosen is not None and kind != chosen:
        raise BanksChosen(wanted=kind or "database", chosen=chosen)
