"""``huoqi fund rivals``: other funds' published yields, imported from CSV with date and source."""

import json
from datetime import date, datetime

import click

from huoqi.cli.fund_rules import AS_JSON, FILE, refusals_in_words, text_of
from huoqi.cli.session import Session
from huoqi.fund.days import RivalYield
from huoqi.fund.operations import import_rivals
from huoqi.fund.queries import rivals_of
from huoqi.fund.rivals import INCOME_DECIMALS, YIELD_DECIMALS, parse_rivals
from huoqi.kit.money import format_scaled

_DATE = click.DateTime(["%Y-%m-%d"])


@click.group("rivals")
def rivals_group() -> None:
    """Keep and list other funds' published yields, each with its date and source."""


@rivals_group.command("import")
@click.argument("file", type=FILE)
@AS_JSON
@click.pass_obj
@refusals_in_words
def import_command(session: Session, file: str, as_json: bool) -> None:  # noqa: FBT001
    """Import quotes from FILE, or from standard input when it is "-".

    Columns: name, quoted_on, yield_7d_pct, income_per_10k, source, published_on; of the two figures
    one may be empty. A bad line is refused by row and column; then nothing is imported. The same
    name, date and source again corrects the figures.

    \b
    huoqi fund rivals import quotes.csv
    """
    rivals = parse_rivals(text_of(file))
    count = session.database.run(lambda work: import_rivals(work, rivals), while_advancing=True)
    click.echo(json.dumps({"imported": count}) if as_json else f"{count} quotes imported")


@rivals_group.command("list")
@click.option("--from", "first", type=_DATE, metavar="YYYY-MM-DD", help="From this date on.")
@click.option("--until", "last", type=_DATE, metavar="YYYY-MM-DD", help="Up to this date.")
@AS_JSON
@click.pass_obj
def list_command(
    session: Session,
    first: datetime | None,
    last: datetime | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """List the quotes of a period, latest first.

    \b
    huoqi fund rivals list --from 2015-05-11 --until 2015-05-17 --json
    """
    period = {
        "first_on": first.date() if first else date.min,
        "last_on": last.date() if last else date.max,
    }
    with session.database.work(while_advancing=True) as work:
        found = rivals_of(work, **period)
    if as_json:
        click.echo(json.dumps({"rivals": [_document(each) for each in found]}, ensure_ascii=False))
        return
    for each in found:
        shown = _document(each)
        figures = f"{shown['yield_7d_pct'] or '-':>8} %  {shown['income_per_10k'] or '-':>9} yuan"
        click.echo(f"{shown['quoted_on']}  {figures}  {each.name} ({each.source})")


def _document(rival: RivalYield) -> dict[str, str | None]:
    yield_e3, income_e5 = rival.yield_7d_e3, rival.income_per_10k_e5
    return {
        "name": rival.name,
        "quoted_on": rival.quoted_on.isoformat(),
        "yield_7d_pct": _figure(yield_e3, decimals=YIELD_DECIMALS),
        "income_per_10k": _figure(income_e5, decimals=INCOME_DECIMALS),
        "source": rival.source,
        "published_on": rival.published_on.isoformat(),
    }


def _figure(value: int | None, *, decimals: int) -> str | None:
    return None if value is None else format_scaled(value, decimals=decimals)
