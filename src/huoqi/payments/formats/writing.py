"""Writing messages from templates: the same facts give the same bytes, which readers take."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from huoqi.kit.dates import SHANGHAI
from huoqi.payments.formats.camt import CAMT_053, CAMT_054, Notice
from huoqi.payments.formats.fields import CURRENCY
from huoqi.payments.formats.messages import Message
from huoqi.payments.formats.orders import (
    PAIN_001,
    PAIN_002,
    PAIN_008,
    OrderFile,
    PaymentOrder,
    PaymentStatus,
    StatusFile,
)
from huoqi.payments.formats.rules.amounts import text_of
from huoqi.payments.formats.rules.values import short_text
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.statements import StatementEntry, StatementHead

_CODES = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_PIECE_ENTRIES = 500
_LONGEST_REASON_CODE = 4


def escaped(text: str, *, longest: int = 35) -> str:
    """Return a text as it may stand between tags or in an attribute.

    >>> escaped("<A&B>")
    '&lt;A&amp;B&gt;'

    Errors: ElementMalformed, TextTooLong.
    """
    return short_text(text, longest=longest).translate(_ESCAPES)


def render_orders(file: OrderFile) -> bytes:
    """Return the pain.001 of payouts, or the pain.008 of collections, one part a channel.

    Errors: ElementMalformed, TextTooLong.
    """
    is_payout = file.direction is Direction.PAYOUT
    by_channel: dict[str, list[PaymentOrder]] = {}
    for order in file.orders:
        by_channel.setdefault(order.channel, []).append(order)
    sum_fen = sum(order.amount_fen for order in file.orders)
    render = _part_out if is_payout else _part_in
    message = PAIN_001 if is_payout else PAIN_008
    header = (
        f"<GrpHdr><MsgId>{escaped(file.message_id)}</MsgId><CreDtTm>{_instant(file.created_at)}"
        f"</CreDtTm><NbOfTxs>{len(file.orders)}</NbOfTxs><CtrlSum>{text_of(sum_fen)}</CtrlSum>"
        f"<InitgPty><Nm>{escaped(file.initiator, longest=140)}</Nm></InitgPty></GrpHdr>\n"
    )
    parts = [
        render(file, f"{number:03}", channel, orders)
        for number, (channel, orders) in enumerate(by_channel.items(), start=1)
    ]
    return _document(message, header + "".join(parts))


def _part_out(file: OrderFile, number: str, channel: str, orders: list[PaymentOrder]) -> str:
    head = _part_head(number, channel, method="TRF")
    ours = f"<Dbtr><Nm>{escaped(file.initiator, longest=140)}</Nm></Dbtr>"
    account, agent = _account("DbtrAcct", file.account), _agent("DbtrAgt", file.bank)
    day = f"<ReqdExctnDt><Dt>{file.execute_on.isoformat()}</Dt></ReqdExctnDt>"
    body = "".join(
        f"<CdtTrfTxInf><PmtId><EndToEndId>{escaped(order.bank_ref)}</EndToEndId></PmtId>"
        f"<Amt><InstdAmt{_ccy(order.amount_fen)}</InstdAmt></Amt>{_agent('CdtrAgt', file.bank)}"
        f"<Cdtr><Nm>{escaped(order.name, longest=140)}</Nm></Cdtr>"
        f"{_agreement('CdtrAcct', order.agreement)}</CdtTrfTxInf>\n"
        for order in orders
    )
    return f"<PmtInf>{head}{day}{ours}{account}{agent}\n{body}</PmtInf>\n"


def _part_in(file: OrderFile, number: str, channel: str, orders: list[PaymentOrder]) -> str:
    head = _part_head(number, channel, method="DD")
    ours = f"<Cdtr><Nm>{escaped(file.initiator, longest=140)}</Nm></Cdtr>"
    account, agent = _account("CdtrAcct", file.account), _agent("CdtrAgt", file.bank)
    day = f"<ReqdColltnDt>{file.execute_on.isoformat()}</ReqdColltnDt>"
    body = "".join(
        f"<DrctDbtTxInf><PmtId><EndToEndId>{escaped(order.bank_ref)}</EndToEndId></PmtId>"
        f"<InstdAmt{_ccy(order.amount_fen)}</InstdAmt><DrctDbtTx><MndtRltdInf>"
        f"<MndtId>{escaped(order.agreement)}</MndtId></MndtRltdInf></DrctDbtTx>"
        f"{_agent('DbtrAgt', file.bank)}<Dbtr><Nm>{escaped(order.name, longest=140)}</Nm></Dbtr>"
        f"{_agreement('DbtrAcct', order.agreement)}</DrctDbtTxInf>\n"
        for order in orders
    )
    return f"<PmtInf>{head}{day}{ours}{account}{agent}\n{body}</PmtInf>\n"


def _part_head(number: str, channel: str, *, method: str) -> str:
    local = f"<LclInstrm><Prtry>{escaped(channel)}</Prtry></LclInstrm>" if channel else ""
    kind = f"<PmtTpInf>{local}</PmtTpInf>" if local else ""
    return f"<PmtInfId>{number}</PmtInfId><PmtMtd>{method}</PmtMtd>{kind}"


def render_statuses(file: StatusFile) -> bytes:
    """Return the pain.002 of answers.

    Errors: ElementMalformed, TextTooLong.
    """
    group = f"<GrpSts>{escaped(file.group_status, longest=4)}</GrpSts>" if file.group_status else ""
    body = "".join(map(_status, file.statuses))
    part = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>001</OrgnlPmtInfId>\n{body}</OrgnlPmtInfAndSts>\n"
    return _document(
        PAIN_002,
        f"{_group_header(file.message_id, file.created_at)}"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escaped(file.original_id)}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>\n{part if body else ''}",
    )


def _status(status: PaymentStatus) -> str:
    reason = f"<StsRsnInf>{_reason(status.reason)}</StsRsnInf>" if status.reason else ""
    amount = ""
    if status.amount_fen is not None:
        text = text_of(status.amount_fen)
        amount = (
            f'<OrgnlTxRef><Amt><InstdAmt Ccy="{escaped(status.currency)}">{text}</InstdAmt></Amt>'
            "</OrgnlTxRef>"
        )
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{escaped(status.bank_ref)}</OrgnlEndToEndId>"
        f"<TxSts>{escaped(status.status, longest=4)}</TxSts>{reason}{amount}</TxInfAndSts>\n"
    )


def render_notice(notice: Notice, *, at: datetime) -> bytes:
    """Return the camt.054 of one booked entry.

    Errors: ElementMalformed, TextTooLong.
    """
    return _document(
        CAMT_054,
        f"{_group_header(notice.message_id, at)}<Ntfctn><Id>{escaped(notice.notice_id)}</Id>"
        f"{_account('Acct', notice.account)}\n{_entry(notice.entry)}</Ntfctn>\n",
    )


def statement_pieces(
    head: StatementHead, entries: Iterable[StatementEntry], *, at: datetime
) -> Iterator[bytes]:
    """Yield a camt.053 of one page, in pieces, so that its length costs no memory.

    Errors: ElementMalformed, TextTooLong.
    """
    is_last = "true" if head.is_last_page else "false"
    day = head.first_on.isoformat(), head.last_on.isoformat()
    page = f"<MsgPgntn><PgNb>{head.page_no}</PgNb><LastPgInd>{is_last}</LastPgInd></MsgPgntn>"
    message_id = f"{head.statement_id[:_LONGEST_NAMED]}-P{head.page_no}"
    yield (
        f"{_begin(CAMT_053)}{_group_header(message_id, at, page)}"
        f"<Stmt><Id>{escaped(head.statement_id)}</Id><ElctrncSeqNb>{head.sequence_no}"
        f"</ElctrncSeqNb><CreDtTm>{_instant(at)}</CreDtTm><FrToDt><FrDtTm>{day[0]}T00:00:00+08:00"
        f"</FrDtTm><ToDtTm>{day[1]}T23:59:59+08:00</ToDtTm></FrToDt>"
        f"{_account('Acct', head.account)}\n{_balance('OPBD', head.opening_fen, day[0])}"
        f"{_balance('CLBD', head.closing_fen, day[1])}\n{_summary(head)}"
    ).encode()
    piece: list[str] = []
    for entry in entries:
        piece.append(_entry(entry))
        if len(piece) == _PIECE_ENTRIES:
            yield "".join(piece).encode()
            piece.clear()
    yield f"{''.join(piece)}</Stmt>\n</{CAMT_053.root}></Document>\n".encode()


_LONGEST_NAMED = 27


def render_delimited(head: StatementHead, entries: Iterable[StatementEntry]) -> bytes:
    """Return a statement in the default delimited form.

    Errors: ElementMalformed, TextTooLong.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("entry_id", "ref", "booking_date", "direction", "amount_fen", "reversal"))
    for entry in entries:
        rows.writerow((
            short_text(entry.entry_id, longest=64),
            entry.bank_ref and short_text(entry.bank_ref, longest=64),
            entry.booked_on.isoformat(),
            entry.direction.value,
            entry.amount_fen,
            int(entry.is_reversal),
        ))
    totals = (head.entry_count, head.credit_fen, head.debit_fen)
    rows.writerow(("#TRAILER", *totals, head.opening_fen, head.closing_fen, head.sequence_no))
    return text.getvalue().encode()


def _summary(head: StatementHead) -> str:
    count, credit_fen, debit_fen = head.entry_count, head.credit_fen, head.debit_fen
    if count is None or credit_fen is None or debit_fen is None:
        return ""
    return (
        f"<TxsSummry><TtlNtries><NbOfNtries>{count}</NbOfNtries>"
        f"<Sum>{text_of(credit_fen + debit_fen)}</Sum></TtlNtries>"
        f"<TtlCdtNtries><Sum>{text_of(credit_fen)}</Sum></TtlCdtNtries>"
        f"<TtlDbtNtries><Sum>{text_of(debit_fen)}</Sum></TtlDbtNtries></TxsSummry>\n"
    )


def _balance(kind: str, fen: int, day: str) -> str:
    side = "CRDT" if fen >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt{_ccy(abs(fen))}</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(entry: StatementEntry) -> str:
    side = "CRDT" if entry.is_credit else "DBIT"
    back = f"<RtrInf>{_reason(entry.reason)}</RtrInf>" if entry.reason else ""
    return (
        f"<Ntry><NtryRef>{escaped(entry.entry_id)}</NtryRef><Amt{_ccy(entry.amount_fen)}</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd>"
        f"<RvslInd>{'true' if entry.is_reversal else 'false'}</RvslInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{entry.booked_on.isoformat()}</Dt></BookgDt>"
        f"<ValDt><Dt>{entry.value_on.isoformat()}</Dt></ValDt>"
        f"<BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>{escaped(entry.bank_ref or 'NOTPROVIDED')}</EndToEndId></Refs>{back}"
        f"</TxDtls></NtryDtls></Ntry>\n"
    )


def _reason(reason: str) -> str:
    """Return a reason: a code of the standard's list has four letters and digits."""
    is_code = len(reason) == _LONGEST_REASON_CODE and set(reason) <= _CODES
    kind = "Cd" if is_code else "Prtry"
    return f"<Rsn><{kind}>{escaped(reason)}</{kind}></Rsn>"


def _group_header(message_id: str, at: datetime, more: str = "") -> str:
    return (
        f"<GrpHdr><MsgId>{escaped(message_id)}</MsgId><CreDtTm>{_instant(at)}</CreDtTm>{more}"
        "</GrpHdr>\n"
    )


def _account(name: str, number: str) -> str:
    return (
        f"<{name}><Id><Othr><Id>{escaped(number, longest=34)}</Id></Othr></Id><Ccy>{CURRENCY}</Ccy>"
        f"</{name}>"
    )


def _agreement(name: str, agreement: str) -> str:
    return (
        f"<{name}><Id><Othr><Id>{escaped(agreement, longest=34)}</Id><SchmeNm><Prtry>AGREEMENT"
        f"</Prtry></SchmeNm></Othr></Id></{name}>"
    )


def _agent(name: str, bank: str) -> str:
    return f"<{name}><FinInstnId><Othr><Id>{escaped(bank)}</Id></Othr></FinInstnId></{name}>"


def _ccy(fen: int) -> str:
    return f' Ccy="{CURRENCY}">{text_of(fen)}'


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).replace(microsecond=0).isoformat()


def _begin(message: Message) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{message.namespace}"><{message.root}>'
    )


def _document(message: Message, body: str) -> bytes:
    return f"{_begin(message)}{body}</{message.root}></Document>\n".encode()
