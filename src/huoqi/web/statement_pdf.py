"""A month's statement as PDF, for people: the same bytes each time."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from huoqi.fund.statements import FundStatement, MonthStatement
from huoqi.kit.money import format_scaled
from huoqi.web.statement_csv import income_text, running

_FONT = "STSong-Light"  # A standard Chinese font that every reader supplies; nothing is embedded.
_INK = colors.HexColor("#1b1f2a")
_LINE = colors.HexColor("#d5d9e2")

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh-CN": {
        "title": "月结单",
        "period": "期间",
        "customer": "客户编号",
        "opening": "期初份额",
        "closing": "期末份额",
        "income": "本期收益（元）",
        "accrued": "未结转收益（元）",
        "on": "日期",
        "kind": "事项",
        "units": "份额变动",
        "income_yuan": "收益（元）",
        "after": "变动后份额",
        "purchase": "申购确认",
        "redemption": "普通赎回",
        "advance": "快速赎回",
        "day_income": "当日收益",
        "other": "其他变动",
        "root": "期末三方签署的根",
        "simulated": "沙盒环境：模拟数据，不是真实资金",
        "note": "每份基金份额净值 1.00 元。历史收益不代表未来。全部数字可在应用内逐笔核对。",
    },
    "en": {
        "title": "Monthly statement",
        "period": "Period",
        "customer": "Customer id",
        "opening": "Units at the start",
        "closing": "Units at the end",
        "income": "Income of the month (yuan)",
        "accrued": "Income not yet carried to units (yuan)",
        "on": "Date",
        "kind": "What",
        "units": "Units",
        "income_yuan": "Income (yuan)",
        "after": "Units after",
        "purchase": "Purchase confirmed",
        "redemption": "Normal redemption",
        "advance": "Fast redemption",
        "day_income": "Income of the day",
        "other": "Other change",
        "root": "Root signed by three for the last day",
        "simulated": "Sandbox: simulated figures, no real money",
        "note": (
            "A unit is worth 1.00 yuan. Past performance is no promise. "
            "Each figure can be explained in the app."
        ),
    },
}
LANGUAGES = tuple(_WORDS)


@dataclass(frozen=True)
class Heading:
    """What stands above the figures; ``names`` and ``roots`` are by fund."""

    customer_id: UUID
    names: Mapping[str, str]
    roots: Mapping[str, str]
    is_simulated: bool


def statement_pdf(statement: MonthStatement, heading: Heading, *, language: str) -> bytes:
    """Return a statement as PDF in one of LANGUAGES."""
    registerFont(UnicodeCIDFont(_FONT))
    words, out = _WORDS[language], io.BytesIO()
    parts = _head(statement, heading, words=words)
    for fund in statement.funds:
        parts += _fund_parts(fund, heading, words=words)
    parts += [Spacer(1, 6 * mm), Paragraph(words["note"], _style(8))]
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=f"{words['title']} {statement.first_on:%Y-%m}",
        author="Huoqi",
        lang=language,
        invariant=1,
    )
    document.build(parts)
    return out.getvalue()


def _head(
    statement: MonthStatement, heading: Heading, *, words: Mapping[str, str]
) -> list[Flowable]:
    rows = [
        f"{words['period']}: {statement.first_on} – {statement.last_on}",
        f"{words['customer']}: {heading.customer_id}",
    ]
    if heading.is_simulated:
        rows.append(words["simulated"])
    title = Paragraph(f"活期 Huoqi · {words['title']}", _style(16))
    return [title, Spacer(1, 5 * mm), *(Paragraph(row, _style(9)) for row in rows)]


def _fund_parts(
    fund: FundStatement, heading: Heading, *, words: Mapping[str, str]
) -> list[Flowable]:
    sums = [
        (words["opening"], _e2(fund.opening_units_e2)),
        (words["income"], _e2(fund.income_fen)),
        (words["closing"], _e2(fund.closing_units_e2)),
    ]
    if fund.accrued_fen:
        sums.insert(2, (words["accrued"], _e2(fund.accrued_fen)))
    lines = [(words["on"], words["kind"], words["units"], words["income_yuan"], words["after"])]
    for line, after_e2 in running(fund):
        what = "day_income" if line.kind == "income" else line.kind
        figures = (_e2(line.units_e2), income_text(line), _e2(after_e2))
        lines.append((str(line.on), words.get(what, words["other"]), *figures))
    name = f"{heading.names.get(fund.fund, fund.fund)} ({fund.fund})"
    parts: list[Flowable] = [
        Spacer(1, 7 * mm),
        Paragraph(name, _style(12)),
        Spacer(1, 2 * mm),
        _table(sums, widths=(60 * mm, 40 * mm), has_head=False),
        Spacer(1, 4 * mm),
        _table(lines, widths=(26 * mm, 44 * mm, 32 * mm, 28 * mm, 34 * mm), has_head=True),
    ]
    if root := heading.roots.get(fund.fund):
        parts += [Spacer(1, 2 * mm), Paragraph(f"{words['root']}: {root}", _style(7))]
    return parts


def _table(rows: Sequence[tuple[str, ...]], *, widths: tuple[float, ...], has_head: bool) -> Table:
    table = Table(rows, colWidths=widths, repeatRows=1 if has_head else 0, hAlign="LEFT")
    table.setStyle(
        TableStyle([
            ("FONT", (0, 0), (-1, -1), _FONT, 9),
            ("TEXTCOLOR", (0, 0), (-1, -1), _INK),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("ALIGN", (2 if has_head else 1, 0), (-1, -1), "RIGHT"),
        ])
    )
    return table


def _style(size: int) -> ParagraphStyle:
    return ParagraphStyle(
        f"size{size}", fontName=_FONT, fontSize=size, leading=size * 1.45, textColor=_INK
    )


def _e2(value_e2: int) -> str:
    return format_scaled(value_e2, decimals=2)
