"""SQL of the banks: names, card ranges, dated profiles. Small reference tables, read whole."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huoqi.kit.db import Row, Work
from huoqi.payments.rules.bank_profiles import (
    BankProfile,
    ChannelKey,
    Direction,
    Offices,
    Window,
)
from huoqi.payments.rules.cards import Bin, CardKind
from huoqi.payments.rules.channel_health import ChannelHealth

STAMP = """
    -- One row: which terms there are, told by the transactions that wrote them, and who is down.
    SELECT current_database(), count(*), sum(xmin::text::bigint)::text,
        (SELECT array_agg(bank ORDER BY bank) FROM bank_health),
        (SELECT array_agg(retry_at ORDER BY bank) FROM bank_health),
        (SELECT json_agg(json_build_array(bank, direction, channel, answered, unanswered,
            sick_since, probe_at)) FROM channel_health)
    FROM bank_profile
"""

TERMS = """
    SELECT p.bank, p.direction, p.channel, p.effective_from, p.effective_until,
        p.single_limit_fen, p.card_day_limit_fen, p.card_day_count, p.channel_day_limit_fen,
        p.maintenance_from, p.maintenance_until, p.cut_off, p.reply_deadline_s,
        p.query_schedule_s, p.dedupes_by_reference, p.not_found_is_final,
        p.late_execution_days, p.fee_fen, p.status, p.resends_after_queries
    FROM bank_profile p WHERE p.effective_from <= %(on)s AND %(on)s < p.effective_until
    ORDER BY p.bank, p.direction, p.channel <> 'direct', p.channel
"""

BINS = """
    SELECT prefix, length, bank, kind FROM card_bin
    WHERE effective_from <= %(on)s AND %(on)s < effective_until
"""

BANKS = "SELECT code, number, name_zh, name_en, source FROM bank ORDER BY number"

SET_DOWN = """
    INSERT INTO bank_health (bank, down_since, retry_at)
    SELECT b.bank, %(at)s, %(retry_at)s FROM unnest(%(banks)s::text[]) AS b (bank) ORDER BY 1
    ON CONFLICT (bank) DO UPDATE SET retry_at = excluded.retry_at
"""

SET_UP = "DELETE FROM bank_health WHERE bank = ANY(%(banks)s)"

CONTACTS = "SELECT bank, answered_at, unanswered_at FROM bank_contact ORDER BY bank"

NOTE_CONTACT = """
    -- Ascending bank: two workers meet in one order.
    INSERT INTO bank_contact AS c (bank, answered_at, unanswered_at)
    SELECT n.bank, n.answered_at, n.unanswered_at
    FROM unnest(%(banks)s::text[], %(answered)s::timestamptz[], %(unanswered)s::timestamptz[])
        AS n (bank, answered_at, unanswered_at) ORDER BY 1
    ON CONFLICT (bank) DO UPDATE
    SET answered_at = coalesce(excluded.answered_at, c.answered_at),
        unanswered_at = coalesce(excluded.unanswered_at, c.unanswered_at)
"""

OPEN_COUNTS = """
    -- Uses money_order_to_send and money_order_to_query: open orders only.
    SELECT bank, count(*) FILTER (WHERE state IN ('RESERVED', 'SENT')),
        count(*) FILTER (WHERE state = 'UNKNOWN'), min(created_at)
    FROM (
        SELECT bank, state, created_at FROM money_order WHERE state = 'RESERVED'
        UNION ALL
        SELECT bank, state, created_at FROM money_order WHERE state IN ('SENT', 'UNKNOWN')
    ) AS open GROUP BY bank ORDER BY bank
"""

CASE_COUNTS = """
    -- Uses money_order_open_case.
    SELECT bank, count(*) FROM money_order WHERE cases <> '{}' GROUP BY bank ORDER BY bank
"""

LOCK_HEALTH = """
    -- Ascending keys; only channels that leave sends unanswered have a row.
    SELECT bank, direction, channel, answered, unanswered, sick_since, probe_at
    FROM channel_health WHERE (bank, direction, channel) IN (
        SELECT * FROM unnest(%(banks)s::text[], %(ways)s::text[], %(channels)s::text[])
    )
    ORDER BY bank, direction, channel FOR UPDATE
"""

SAVE_HEALTH = """
    INSERT INTO channel_health
    SELECT * FROM unnest(%(banks)s::text[], %(ways)s::text[], %(channels)s::text[],
        %(answered)s::int[], %(unanswered)s::int[], %(sicks)s::timestamptz[],
        %(probes)s::timestamptz[]) ORDER BY 1, 2, 3
    ON CONFLICT (bank, direction, channel) DO UPDATE SET answered = excluded.answered,
        unanswered = excluded.unanswered, sick_since = excluded.sick_since,
        probe_at = excluded.probe_at
"""

FORGET_HEALTH = """
    DELETE FROM channel_health WHERE (bank, direction, channel) IN (
        SELECT * FROM unnest(%(banks)s::text[], %(ways)s::text[], %(channels)s::text[])
    )
"""

HEALTH = """
    SELECT bank, direction, channel, answered, unanswered, sick_since, probe_at
    FROM channel_health ORDER BY bank, direction, channel
"""

DOWN_SINCE = "SELECT bank, down_since, retry_at FROM bank_health ORDER BY bank"


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the banks allow on a day, and their numbers."""

    channels: Mapping[tuple[str, Direction], tuple[BankProfile, ...]]
    numbers: Mapping[str, int]


_KEPT: dict[tuple[object, ...], _Terms] = {}
_KEPT_MAX = 64


def offices_on(work: Work, *, on: date) -> Offices:
    """Return every bank with its terms in force on a date, its number, and its health now.

    Terms are kept between batches under a stamp that any change of a row alters: reading them
    anew costs as much as a small batch itself.
    """
    stamp = work.row(STAMP)
    assert stamp is not None, "an aggregate has one row"
    key = (*stamp[:3], on)
    terms = _KEPT.get(key)
    if terms is None:
        terms = _terms_on(work, on=on)
        if len(_KEPT) >= _KEPT_MAX:
            _KEPT.clear()
        _KEPT[key] = terms
    down = dict(zip(stamp[3] or (), stamp[4] or (), strict=True))
    health = dict(map(_health, stamp[5])) if stamp[5] else {}
    return Offices(channels=terms.channels, numbers=terms.numbers, down=down, health=health)


def _terms_on(work: Work, *, on: date) -> _Terms:
    channels: dict[tuple[str, Direction], tuple[BankProfile, ...]] = {}
    for row in work.rows(TERMS, {"on": on}):
        profile = _profile(row)
        desk = (profile.bank, profile.direction)
        channels[desk] = (*channels.get(desk, ()), profile)
    return _Terms(
        channels=channels,
        numbers={row[0]: row[1] for row in banks(work)},
    )


def bins_on(work: Work, *, on: date) -> list[Bin]:
    """Return the card ranges known on a date."""
    return [
        Bin(prefix=row[0], length=row[1], bank=row[2], kind=CardKind(row[3]))
        for row in work.rows(BINS, {"on": on})
    ]


def set_down(work: Work, codes: Collection[str], *, retry_at: datetime) -> None:
    """Mark banks as down until an instant."""
    params = {"banks": sorted(codes), "at": work.at, "retry_at": retry_at}
    work.run(SET_DOWN, params)


def set_up(work: Work, codes: Collection[str]) -> None:
    """Take the mark from banks that answered."""
    work.run(SET_UP, {"banks": sorted(codes)})


def contacts(work: Work) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Return by bank when it last answered, and when it last did not."""
    return {row[0]: (row[1], row[2]) for row in work.rows(CONTACTS)}


def note_contacts(work: Work, found: Mapping[str, tuple[datetime | None, datetime | None]]) -> None:
    """Write when banks answered and when they did not; None leaves what is known."""
    params = {
        "banks": list(found),
        "answered": [answered for answered, _ in found.values()],
        "unanswered": [unanswered for _, unanswered in found.values()],
    }
    work.run(NOTE_CONTACT, params)


def open_counts(work: Work) -> list[Row]:
    """Return by bank how many orders wait for it, how many are unknown, and since when."""
    return work.rows(OPEN_COUNTS)


def case_counts(work: Work) -> dict[str, int]:
    """Return by bank how many orders two people must look at."""
    return {row[0]: row[1] for row in work.rows(CASE_COUNTS)}


def down(work: Work) -> dict[str, tuple[datetime, datetime]]:
    """Return the banks that refuse connections: since when, and when to try again."""
    return {row[0]: (row[1], row[2]) for row in work.rows(DOWN_SINCE)}


def lock_health(work: Work, keys: Sequence[ChannelKey]) -> dict[ChannelKey, ChannelHealth]:
    """Return the health of some channels, locked; those that answer everything lack."""
    return dict(map(_health, work.rows(LOCK_HEALTH, _channel_keys(keys))))


def health(work: Work) -> dict[ChannelKey, ChannelHealth]:
    """Return the health of the channels that leave sends unanswered."""
    return dict(map(_health, work.rows(HEALTH)))


def save_health(work: Work, found: Mapping[ChannelKey, ChannelHealth | None]) -> None:
    """Write how channels do; None forgets one that answers again."""
    kept = {key: each for key, each in found.items() if each is not None}
    gone = [key for key, each in found.items() if each is None]
    if kept:
        columns = {
            "answered": [each.answered for each in kept.values()],
            "unanswered": [each.unanswered for each in kept.values()],
            "sicks": [each.sick_since for each in kept.values()],
            "probes": [each.probe_at for each in kept.values()],
        }
        work.run(SAVE_HEALTH, {**_channel_keys(list(kept)), **columns})
    if gone:
        work.run(FORGET_HEALTH, _channel_keys(gone))


def _channel_keys(keys: Sequence[ChannelKey]) -> dict[str, object]:
    return {
        "banks": [bank for bank, _, _ in keys],
        "ways": [str(direction) for _, direction, _ in keys],
        "channels": [channel for _, _, channel in keys],
    }


def _health(row: Sequence[Any]) -> tuple[ChannelKey, ChannelHealth]:  # one row, or one of its JSON
    bank, direction, channel, answered, unanswered, sick_since, probe_at = row
    key = (bank, Direction(direction), channel)
    return key, ChannelHealth(answered, unanswered, _instant(sick_since), _instant(probe_at))


def _instant(text: datetime | str | None) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else text


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
        resends_after_queries=row[19],
    )
