"""The arithmetic of the company model: trading days, a day's income, a day that is too large."""

from datetime import date, datetime, time, timedelta

DAY, QUARTER, HOUR = timedelta(days=1), timedelta(minutes=15), timedelta(hours=1)
CLOSED = {date(2015, 6, 22), date(2015, 9, 3), date(2015, 9, 4)} | {
    date(2015, 10, n) for n in (1, 2, 5, 6, 7)
}
CUT_OFF = time(15, 0)
SCALE = 10**9
MINIMUM_FEN, FAST_COUNT, FAST_FEN = 100, 3, 6_000_000
LATE_FIGURES = timedelta(hours=4)
NEGATIVE_E5 = -62_280
PROVIDERS = {0: 2, 1: 1}
#: What is asked at one instant, in order.
KINDS = ("transfers", "confirmations", "income", "close", "orders_out")
SOLD_OPEN = ("accepted", "sent", "deferred")


def is_session(on: date) -> bool:
    """Tell whether the exchange is open."""
    return on.weekday() < 5 and on not in CLOSED


def session_from(on: date) -> date:
    """Return the first session on or after a date."""
    return on if is_session(on) else session_from(on + DAY)


def session_before(on: date) -> date:
    """Return the last session before a date."""
    return on - DAY if is_session(on - DAY) else session_before(on - DAY)


def t_day_of(now: datetime) -> date:
    """Return the trading day of an order: from 15:00 on it is the next one."""
    return session_from(now.date() if now.time() < CUT_OFF else now.date() + DAY)


def share_out(units: dict[int, int], *, rate_e5: int, total_fen: int | None) -> dict[int, int]:
    """Return everybody's income: whole fen each, the rest to the largest remainders."""
    all_units = sum(units.values())
    top, bottom = abs(rate_e5), SCALE
    given = (
        all_units * top // SCALE * (1 if rate_e5 > 0 else -1) if total_fen is None else total_fen
    )
    sign = -1 if given < 0 else 1
    left, fits = abs(given), given * rate_e5 >= 0 and (rate_e5 != 0 or given == 0)
    while True:
        parts = {no: divmod(held * top, bottom) for no, held in units.items()}
        odd = left - sum(whole for whole, _ in parts.values())
        if fits and 0 <= odd <= sum(1 for _, rest in parts.values() if rest):
            break
        top, bottom, fits = left, all_units, True
    lucky = sorted(parts, key=lambda no: (-parts[no][1], no))[:odd]
    return {no: sign * (whole + (no in lucky)) for no, (whole, _) in parts.items()}


def let_through(asked: list[int], *, limit: int) -> list[int]:
    """Return how much of each redemption passes a limit: pro rata, the earlier order first."""
    total = sum(asked)
    if total <= limit:
        return asked
    parts = [divmod(each * limit, total) for each in asked]
    left = limit - sum(whole for whole, _ in parts)
    lucky = sorted(range(len(parts)), key=lambda n: (-parts[n][1], n))[:left]
    return [whole + (n in lucky) for n, (whole, _) in enumerate(parts)]


def publishes_at(on: date) -> datetime:
    """Return when a day's figures come out."""
    return datetime.combine(on + DAY, time(1, 30))
