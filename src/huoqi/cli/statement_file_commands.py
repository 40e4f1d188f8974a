"""``huoqi statement``: look into a bank's file, and hear whether it may be believed."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

import click

from huoqi.cli.documents import refusals, show
from huoqi.cli.exits import Exit
from huoqi.kit.money import format_scaled
from huoqi.kit.progress import Progress
from huoqi.payments.formats.camt import EntryCount, Expected, read_camt053
from huoqi.payments.formats.delimited import Known, default_form, read_delimited
from huoqi.payments.formats.rules.forms import Form, parse_form
from huoqi.payments.formats.rules.refusals import WrongEncoding
from huoqi.payments.formats.sources import FileSource
from huoqi.payments.formats.statements import count_of_entries
from huoqi.payments.rules.completeness import Chain, Page, Totals, Verdict, judge
from huoqi.payments.rules.statements import StatementEntry, StatementHead

_FILE = click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
_FORM = click.option(
    "--form",
    "form_name",
    metavar="FORM",
    help="Delimited: 'default' (the simulated banks'), or a TOML file that describes the form.",
)
_ACCOUNT = click.option("--account", default="", help="Refuse the statement of any other account.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
#: Any day is over: a file may be looked into whenever it was made.
_ANY_DAY = date.max
_WATCHED = 10_000


@click.group("statement")
def statement_group() -> None:
    """Look into a file that a bank sent, with no server: camt.053, or delimited.

    \b
    May it be believed?    huoqi statement check FILE.XML
    What is in it:         huoqi statement show FILE.XML
    Delimited:             huoqi statement check FILE.CSV --form default
    Another form:          huoqi statement check FILE.CSV --form FORM.toml

    A form is a text; examples and every key are in payments/formats (README.md and forms/).
    What the company has taken in already is listed by huoqi statements.
    """


@statement_group.command("check")
@_FILE
@_FORM
@_ACCOUNT
@_JSON
def check_command(
    path: Path,
    form_name: str | None,
    account: str,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Read all of a file: is it as its form says, and do its pages, counts, sums and balances tie?

    Ends with 0 where each statement in it is complete of itself, with 3 where one is incomplete or
    does not tie, and with 1, code, line and element where the file is not as its form says. Whether
    its number and opening balance follow the statement before is only known where that one is.

    \b
    huoqi statement check ICBC.XML --json
    """
    with refusals(as_json=as_json), Progress("check") as progress:
        found = list(_sheets(path, form_name, account, progress=progress))
    verdicts = _verdicts(found)
    rows = [_sheet_document(sheet) | _verdict_document(verdicts[sheet.key]) for sheet in found]
    if as_json:
        show({"file": path.name, "statements": rows}, as_json=True)
    else:
        for row in rows:
            show(row, as_json=False)
    if not all(verdict.is_complete for verdict in verdicts.values()):
        sys.exit(Exit.NEGATIVE)


@statement_group.command("show")
@_FILE
@click.option("--entries", type=click.IntRange(0, 10_000), default=10, show_default=True)
@_FORM
@_ACCOUNT
@_JSON
def show_command(
    path: Path,
    entries: int,
    form_name: str | None,
    account: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show a file's statements and the first entries of each.

    \b
    huoqi statement show ICBC.XML --entries 100 --json
    """
    with refusals(as_json=as_json), Progress("show") as progress:
        found = list(_sheets(path, form_name, account, progress=progress, keep=entries))
    rows = [
        _sheet_document(sheet) | {"entries": [_entry_document(entry) for entry in sheet.first]}
        for sheet in found
    ]
    if as_json:
        show({"file": path.name, "statements": rows}, as_json=True)
        return
    for row in rows:
        show(row, as_json=False)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as it was read: what it says, what its entries add up to, and the first of them."""

    head: StatementHead
    totals: Totals
    first: list[StatementEntry]

    @property
    def key(self) -> tuple[str, str]:
        """Return what pages of one statement have in common."""
        return self.head.account, self.head.statement_id


def _sheets(
    path: Path, form_name: str | None, account: str, *, progress: Progress, keep: int = 0
) -> Iterator[_Sheet]:
    """Yield the pages of a file, with few of their entries in memory at a time."""
    source, expected = FileSource(path), Expected("", account)
    if form_name is not None:
        known = Known(account=account or "unknown")
        page = read_delimited(source, _form(form_name), expected=expected, known=known)
        totals = Totals()
        for entry in page.entries:
            totals = totals.plus(_total(entry))
        yield _Sheet(page.head, totals, list(islice(page.entries, keep)))
        return
    head, totals, first = None, Totals(), list[StatementEntry]()
    for item in read_camt053(source, expected=expected):
        if isinstance(item, StatementHead):
            head, totals, first = item, Totals(), []
        elif isinstance(item, EntryCount):
            assert head is not None
            count = count_of_entries(head, whole=item.count, handed_over=totals.count)
            yield _Sheet(replace(head, entry_count=count), totals, first)
        else:
            totals = totals.plus(_total(item))
            if len(first) < keep:
                first.append(item)
            if not totals.count % _WATCHED:
                progress(totals.count, 0, "entries")


def _form(name: str) -> Form:
    """Return the default form, or that of a file."""
    if name == "default":
        return default_form()
    data = b"".join(FileSource(Path(name), most_bytes=1 << 20).pieces())
    try:
        return parse_form(data.decode())
    except UnicodeDecodeError as error:
        raise WrongEncoding(detail="the form's description is not UTF-8") from error


def _total(entry: StatementEntry) -> Totals:
    fen = entry.amount_fen
    return Totals(1, fen, 0) if entry.is_credit else Totals(1, 0, fen)


def _verdicts(sheets: list[_Sheet]) -> dict[tuple[str, str], Verdict]:
    """Return what each statement is worth of itself, as if it fitted the one before."""
    pages: dict[tuple[str, str], list[Page]] = {}
    for sheet in sheets:
        pages.setdefault(sheet.key, []).append(Page(sheet.head, sheet.totals))
    return {key: judge(found, chain=_before(found), today=_ANY_DAY) for key, found in pages.items()}


def _before(pages: list[Page]) -> Chain:
    first = min(pages, key=lambda page: page.head.page_no).head
    return Chain(date.min, first.sequence_no - 1, first.opening_fen)


def _sheet_document(sheet: _Sheet) -> dict[str, object]:
    head = sheet.head
    return {
        "account": head.account,
        "statement_id": head.statement_id,
        "sequence_no": head.sequence_no,
        "page": head.page_no,
        "is_last_page": head.is_last_page,
        "first_on": head.first_on.isoformat(),
        "last_on": head.last_on.isoformat(),
        "opening": _yuan(head.opening_fen),
        "closing": _yuan(head.closing_fen),
        "entry_count": sheet.totals.count,
        "credit": _yuan(sheet.totals.credit_fen),
        "debit": _yuan(sheet.totals.debit_fen),
        "stated_count": head.entry_count,
        "stated_credit": _yuan(head.credit_fen),
        "stated_debit": _yuan(head.debit_fen),
        "sha256": head.sha256.hex(),
    }


def _verdict_document(verdict: Verdict) -> dict[str, object]:
    return {"state": verdict.state.value, "reason": verdict.reason.value}


def _entry_document(entry: StatementEntry) -> dict[str, object]:
    return {
        "entry_id": entry.entry_id,
        "ref": entry.bank_ref,
        "booked_on": entry.booked_on.isoformat(),
        "value_on": entry.value_on.isoformat(),
        "side": "credit" if entry.is_credit else "debit",
        "amount": _yuan(entry.amount_fen),
        "is_reversal": entry.is_reversal,
        "reason": entry.reason,
    }


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else format_scaled(fen, decimals=2)
