"""What an advance provider lent on a day, from the text file of a fund company.

`thfund_loaning_<YYYYMMDD>_<NNN>.txt`, GB18030: a line of totals, a line of headings, and a line an
advance, its fields divided by bars. The file is taken whole or not at all.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from huoqi.fund.ofd.rules.headers import parse_date
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.money import parse_scaled

HEADINGS = (
    "流水号", "支付流水号", "垫资订单号", "支付宝签约协议号", "基金代码",
    "基金公司交易账号", "金额", "垫资发生时间", "业务类型", "备注",
)  # fmt: skip
_NAME = re.compile(r"thfund_loaning_([0-9]{8})_([0-9]{3})\.txt", re.ASCII | re.IGNORECASE)
_TOTALS = re.compile(r"总笔数:([0-9]{1,12})\|总金额:([0-9]{1,15}\.[0-9]{2})", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,15}\.[0-9]{2}", re.ASCII)
_MOMENT = re.compile(r"[0-9]{8} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)
_FUND = re.compile(r"[0-9A-Z]{6}", re.ASCII)
_BAR = "|"
_MAY_BE_BLANK = frozenset({"备注", "支付流水号", "垫资订单号"})


class AdvanceFileWrong(OfdRefused):
    """An advance-fund file is not as agreed; line (from 1), field and reason are told."""

    code: ClassVar[str] = "advance_file.wrong"


class AdvanceKind(StrEnum):
    """What the customer took the advance for."""

    CONSUMPTION = "P"
    REDEMPTION = "R"


@dataclass(frozen=True, slots=True)
class AdvanceRow:
    """One advance; the agreement's number is that of the customer's contract with the wallet."""

    serial: str
    payment_serial: str
    advance_order: str
    agreement_no: str
    fund: str
    trading_account: str
    amount_fen: int
    at: datetime
    kind: AdvanceKind
    note: str

    def __repr__(self) -> str:
        return f"AdvanceRow({self.serial})"  # Accounts go into no log.


@dataclass(frozen=True, slots=True)
class AdvanceFile:
    """A whole file: its day and number, the advances, and their sum, which is the one it tells."""

    on: date
    number: int
    rows: tuple[AdvanceRow, ...]
    total_fen: int


def parse_advances(data: bytes, *, file: str) -> AdvanceFile:
    """Return what an advance-fund file says.

    Errors: AdvanceFileWrong for a name, a line, a field, a count or a sum that is not as agreed,
    and for a serial number that comes twice.
    """
    named = _NAME.fullmatch(file)
    on = _day(named[1]) if named else None
    if named is None or on is None:
        raise AdvanceFileWrong(file=file, reason="name")
    lines = _lines(data, file=file)
    if len(lines) < 2:
        raise AdvanceFileWrong(file=file, line=len(lines) + 1, reason="missing")
    told = _TOTALS.fullmatch(lines[0])
    if told is None:
        raise AdvanceFileWrong(file=file, line=1, reason="totals")
    if tuple(lines[1].split(_BAR)) != HEADINGS:
        raise AdvanceFileWrong(file=file, line=2, reason="headings")
    rows = tuple(_row(line, file=file, line=at) for at, line in enumerate(lines[2:], start=3))
    _require_single(rows, file=file)
    total_fen = sum(row.amount_fen for row in rows)
    if int(told[1]) != len(rows):
        raise _wrong(file, line=1, field="总笔数", reason="count differs")
    if parse_scaled(told[2], decimals=2) != total_fen:
        raise _wrong(file, line=1, field="总金额", reason="sum differs")
    return AdvanceFile(on, int(named[2]), rows, total_fen)


def _lines(data: bytes, *, file: str) -> list[str]:
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    texts = []
    for at, line in enumerate(lines, start=1):
        try:
            texts.append(line.removesuffix(b"\r").decode("gb18030"))
        except UnicodeDecodeError as error:
            raise AdvanceFileWrong(file=file, line=at, reason="not GB18030") from error
    return texts


def _row(text: str, *, file: str, line: int) -> AdvanceRow:
    cells = text.split(_BAR)
    if len(cells) != len(HEADINGS):
        raise AdvanceFileWrong(file=file, line=line, reason="fields")
    for field, cell in zip(HEADINGS, cells, strict=True):
        if not cell.strip() and field not in _MAY_BE_BLANK:
            raise _wrong(file, line=line, field=field, reason="blank")
    fund, amount, moment, kind = cells[4], cells[6], cells[7], cells[8]
    if not _FUND.fullmatch(fund):
        raise _wrong(file, line=line, field=HEADINGS[4], reason="form")
    if not _AMOUNT.fullmatch(amount):
        raise _wrong(file, line=line, field=HEADINGS[6], reason="form")
    at = _moment(moment)
    if at is None:
        raise _wrong(file, line=line, field=HEADINGS[7], reason="form")
    if kind not in set(AdvanceKind):
        raise _wrong(file, line=line, field=HEADINGS[8], reason="unknown")
    return AdvanceRow(
        serial=cells[0],
        payment_serial=cells[1],
        advance_order=cells[2],
        agreement_no=cells[3],
        fund=fund,
        trading_account=cells[5],
        amount_fen=parse_scaled(amount, decimals=2),
        at=at,
        kind=AdvanceKind(kind),
        note=cells[9],
    )


def _require_single(rows: tuple[AdvanceRow, ...], *, file: str) -> None:
    seen: set[str] = set()
    for line, row in enumerate(rows, start=3):
        if row.serial in seen:
            raise _wrong(file, line=line, field=HEADINGS[0], reason="twice")
        seen.add(row.serial)


def _wrong(file: str, *, line: int, field: str, reason: str) -> AdvanceFileWrong:
    return AdvanceFileWrong(file=file, line=line, field=field, reason=reason)


def _day(digits: str) -> date | None:
    try:
        return parse_date(digits)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """Return an instant of Shanghai's clock, None where the text is none."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
