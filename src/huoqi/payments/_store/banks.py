"""SQL of the banks: names, card ranges, dated profiles. Small reference tables, read whole."""

from collections.abc import Collection
from datetime import date, datetime

from huoqi.kit.db import Row, Work
from huoqi.payments.rules.bank_profiles import BankProfile, Direction, Window
from huoqi.payments.rules.cards import Bin, CardKind

PROFILES = """
    SELECT bank, direction, channel, effective_from, effective_until, single_limit_fen,
        card_day_limit_fen, card_day_count, channel_day_limit_fen, maintenance_from,
        maintenance_until, cut_off, reply_deadline_s, query_schedule_s, dedupes_by_reference,
        not_found_is_final, late_execution_days, fee_fen, status
    FROM bank_profile WHERE effective_from <= %(on)s AND %(on)s < effective_until
    ORDER BY bank, direction, channel
"""

BINS = """
    SELECT prefix, length, bank, kind FROM card_bin
    WHERE effective_from <= %(on)s AND %(on)s < effective_until
"""

BANKS = "SELECT code, number, name_zh, name_en, source FROM bank ORDER BY number"

DOWN = "SELECT bank, retry_at FROM bank_health"

SET_DOWN = """
    INSERT INTO bank_health (bank, down_since, retry_at)
    SELECT b.bank, %(at)s, %(retry_at)s FROM unnest(%(banks)s::text[]) AS b (bank) ORDER BY 1
    ON CONFLICT (bank) DO UPDATE SET retry_at = excluded.retry_at
"""

SET_UP = "DELETE FROM bank_health WHERE bank = ANY(%(banks)s)"

Profiles = dict[tuple[str, Direction], BankProfile]


def profiles_on(work: Work, *, on: date) -> Profiles:
    """Return each bank's profile in force on a date, by bank and direction."""
    found = [_profile(row) for row in work.rows(PROFILES, {"on": on})]
    return {(profile.bank, profile.direction): profile for profile in found}


def bins_on(work: Work, *, on: date) -> list[Bin]:
    """Return the card ranges known on a date."""
    return [
        Bin(prefix=row[0], length=row[1], bank=row[2], kind=CardKind(row[3]))
        for row in work.rows(BINS, {"on": on})
    ]


def down(work: Work) -> dict[str, datetime]:
    """Return the banks that are down, and when each is worth another try."""
    return {row[0]: row[1] for row in work.rows(DOWN)}


def set_down(work: Work, codes: Collection[str], *, retry_at: datetime) -> None:
    """Mark banks as down until an instant."""
    params = {"banks": sorted(codes), "at": work.at, "retry_at": retry_at}
    work.run(SET_DOWN, params)


def set_up(work: Work, codes: Collection[str]) -> None:
    """Take the mark from banks that answered."""
    work.run(SET_UP, {"banks": sorted(codes)})


def banks(work: Work) -> list[Row]:
    """Return every bank: code, number, names, source."""
    return work.rows(BANKS)


def _profile(row: Row) -> BankProfile:
    opens, closes = row[9], row[10]
    return BankProfile(
        bank=row[0],
        direction=Direction(row[1]),
        channel=row[2],
        effective_from=row[3],
        effective_until=row[4],
        single_limit_fen=row[5],
        card_day_limit_fen=row[6],
        card_day_count=row[7],
        channel_day_limit_fen=row[8],
        maintenance=None if opens is None else Window(opens=opens, closes=closes),
        cut_off=row[11],
        reply_deadline_s=row[12],
        query_schedule_s=tuple(row[13]),
        dedupes_by_reference=row[14],
        not_found_is_final=row[15],
        late_execution_days=row[16],
        fee_fen=row[17],
        status=row[18],
    )
