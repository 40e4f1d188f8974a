"""Other funds' published yields, read from text: never without a date and a source."""

from collections import Counter
from importlib.resources import files
from typing import ClassVar

from huoqi.fund import presets
from huoqi.fund.days import RivalYield
from huoqi.fund.rules.csv_table import BadNumber, Line, read_table
from huoqi.kit.errors import DomainError

COLUMNS = ("name", "quoted_on", "yield_7d_pct", "income_per_10k", "source", "published_on")
YIELD_DECIMALS = 3
INCOME_DECIMALS = 5
TEXT_MAX = 200


class RivalTextMissing(DomainError):
    """A line has no name, no source, or one that is too long; ``row`` and ``column`` say where."""

    code: ClassVar[str] = "fund.rival_text"


class RivalFigureMissing(DomainError):
    """A line quotes neither a yield nor an income."""

    code: ClassVar[str] = "fund.rival_figure"


class RivalTwice(DomainError):
    """The same name, date and source stand in two lines."""

    code: ClassVar[str] = "fund.rival_twice"


def parse_rivals(text: str) -> list[RivalYield]:
    """Return the quotes of a CSV text; a bad line is refused by row and column, and all with it.

    >>> line = "Rival,2015-05-11,4.260,,Gazette,2015-05-12"
    >>> parse_rivals("name,quoted_on,yield_7d_pct,income_per_10k,source,published_on\\n" + line)[
    ...     0].yield_7d_e3
    4260
    """
    lines = read_table(text, columns=COLUMNS)
    rivals = [_rival(line) for line in lines]
    counts = Counter((rival.name, rival.quoted_on, rival.source) for rival in rivals)
    for line, rival in zip(lines, rivals, strict=True):
        if counts[rival.name, rival.quoted_on, rival.source] > 1:
            raise RivalTwice(row=line.row)
    return rivals


def press_of_the_launch() -> list[RivalYield]:
    """Return what the press quoted in the week of the launch, each with its source."""
    return parse_rivals(files(presets).joinpath("press_2015.csv").read_text(encoding="utf-8"))


def _rival(line: Line) -> RivalYield:
    quoted = RivalYield(
        name=_text(line, "name"),
        quoted_on=line.date("quoted_on"),
        source=_text(line, "source"),
        yield_7d_e3=_figure(line, "yield_7d_pct", decimals=YIELD_DECIMALS),
        income_per_10k_e5=_figure(line, "income_per_10k", decimals=INCOME_DECIMALS),
        published_on=line.date("published_on"),
    )
    if quoted.yield_7d_e3 is None and quoted.income_per_10k_e5 is None:
        raise RivalFigureMissing(row=line.row, column="yield_7d_pct")
    return quoted


def _text(line: Line, column: str) -> str:
    text = line.text(column)
    if not text or len(text) > TEXT_MAX:
        raise RivalTextMissing(row=line.row, column=column)
    return text


def _figure(line: Line, column: str, *, decimals: int) -> int | None:
    if not line.text(column):
        return None
    value = line.number(column, decimals=decimals)
    # A yield of a thousand percent, or an income of a thousand yuan, is a slip of the pen.
    if abs(value) >= 1_000 * 10**decimals:
        raise BadNumber(row=line.row, column=column)
    return value
