"""SQL of the counters of a day: what a card and a channel have used of their limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huoqi.kit.db import Work
from huoqi.payments.orders import MoneyOrder

CardDay = tuple[int, UUID, str, date]  # shard, card, direction, day
ChannelDay = tuple[int, str, str, str, date]  # shard, bank, direction, channel, day

# Adds and tells the sums after it, so that a batch that fits needs one statement. Sorted, so that
# two batches that share cards lock them in one order. The other stripes of a channel are read
# without their locks.
ADD = """
    WITH by_card AS (
        INSERT INTO card_day_use AS u (shard, card_id, direction, on_date, amount_fen, used_count)
        SELECT * FROM unnest(%(c_shards)s::smallint[], %(c_cards)s::uuid[], %(c_ways)s::text[],
            %(c_days)s::date[], %(c_amounts)s::bigint[], %(c_counts)s::int[])
        ON CONFLICT (shard, card_id, on_date, direction) DO UPDATE
        SET amount_fen = u.amount_fen + excluded.amount_fen,
            used_count = u.used_count + excluded.used_count
        RETURNING shard, card_id, direction, on_date, amount_fen, used_count
    ), by_channel AS (
        INSERT INTO channel_day_use AS u (shard, bank, direction, channel, on_date, amount_fen)
        SELECT * FROM unnest(%(b_shards)s::smallint[], %(b_banks)s::text[], %(b_ways)s::text[],
            %(b_channels)s::text[], %(b_days)s::date[], %(b_amounts)s::bigint[])
        ON CONFLICT (shard, bank, direction, channel, on_date) DO UPDATE
        SET amount_fen = u.amount_fen + excluded.amount_fen
        RETURNING shard, bank, direction, channel, on_date, amount_fen
    )
    SELECT shard, card_id, '' AS bank, direction, '' AS channel, on_date, amount_fen, used_count
    FROM by_card
    UNION ALL
    SELECT b.shard, NULL, b.bank, b.direction, b.channel, b.on_date, b.amount_fen + coalesce((
        SELECT sum(s.amount_fen)::bigint FROM channel_day_use s
        WHERE s.bank = b.bank AND s.direction = b.direction AND s.channel = b.channel
            AND s.on_date = b.on_date AND s.shard <> b.shard
    ), 0), 0
    FROM by_channel b
"""

# An insertion of a negative sum would break its CHECK before it found the row to update.
GIVE_BACK_CARDS = """
    WITH less AS (
        SELECT * FROM unnest(%(c_shards)s::smallint[], %(c_cards)s::uuid[], %(c_ways)s::text[],
            %(c_days)s::date[], %(c_amounts)s::bigint[], %(c_counts)s::int[])
            AS l (shard, card_id, direction, on_date, amount_fen, used_count)
    ), locked AS MATERIALIZED (
        SELECT u.shard, u.card_id, u.direction, u.on_date FROM card_day_use u
        WHERE (u.shard, u.card_id, u.direction, u.on_date) IN (
            SELECT shard, card_id, direction, on_date FROM less
        )
        ORDER BY u.shard, u.card_id, u.direction, u.on_date FOR UPDATE
    )
    UPDATE card_day_use u
    SET amount_fen = u.amount_fen - l.amount_fen, used_count = u.used_count - l.used_count
    FROM less l JOIN locked USING (shard, card_id, direction, on_date)
    WHERE u.shard = l.shard AND u.card_id = l.card_id AND u.direction = l.direction
        AND u.on_date = l.on_date
"""

GIVE_BACK_CHANNELS = """
    WITH less AS (
        SELECT * FROM unnest(%(b_shards)s::smallint[], %(b_banks)s::text[], %(b_ways)s::text[],
            %(b_channels)s::text[], %(b_days)s::date[], %(b_amounts)s::bigint[])
            AS l (shard, bank, direction, channel, on_date, amount_fen)
    ), locked AS MATERIALIZED (
        SELECT u.shard, u.bank, u.direction, u.channel, u.on_date FROM channel_day_use u
        WHERE (u.shard, u.bank, u.direction, u.channel, u.on_date) IN (
            SELECT shard, bank, direction, channel, on_date FROM less
        )
        ORDER BY u.shard, u.bank, u.direction, u.channel, u.on_date FOR UPDATE
    )
    UPDATE channel_day_use u SET amount_fen = u.amount_fen - l.amount_fen
    FROM less l JOIN locked USING (shard, bank, direction, channel, on_date)
    WHERE u.shard = l.shard AND u.bank = l.bank AND u.direction = l.direction
        AND u.channel = l.channel AND u.on_date = l.on_date
"""

OF_CARD = """
    SELECT amount_fen, used_count FROM card_day_use
    WHERE shard = %s AND card_id = %s AND direction = %s AND on_date = %s
"""


OF_CHANNELS = """
    -- All stripes, without their locks.
    SELECT channel, sum(amount_fen)::bigint FROM channel_day_use
    WHERE bank = %s AND direction = %s AND on_date = %s GROUP BY channel
"""


@dataclass(frozen=True, slots=True)
class DayUse:
    """Counters after an addition, by card and day and by channel and day."""

    cards: Mapping[CardDay, tuple[int, int]]
    channels: Mapping[ChannelDay, int]


def card_day(order: MoneyOrder) -> CardDay:
    """Return the key of an order's card counter."""
    return order.shard, order.card_id, str(order.direction), order.limit_on


def channel_day(order: MoneyOrder) -> ChannelDay:
    """Return the key of an order's channel counter."""
    return order.shard, order.bank, str(order.direction), order.channel, order.limit_on


def take(work: Work, orders: Sequence[MoneyOrder]) -> DayUse:
    """Add orders to the counters of their day and return the sums after it."""
    rows = work.rows(ADD, _sums(orders))
    return DayUse(
        cards={(r[0], r[1], r[3], r[5]): (r[6], r[7]) for r in rows if r[1] is not None},
        channels={(r[0], r[2], r[3], r[4], r[5]): r[6] for r in rows if r[1] is None},
    )


def give_back(work: Work, orders: Sequence[MoneyOrder]) -> None:
    """Take orders out of the counters of the day on which they were reserved."""
    if orders:
        sums = _sums(orders)
        work.run(GIVE_BACK_CARDS, sums)
        work.run(GIVE_BACK_CHANNELS, sums)


def of_card(work: Work, *, shard: int, card_id: UUID, direction: str, on: date) -> tuple[int, int]:
    """Return how much and how often a card was used on a day."""
    row = work.row(OF_CARD, (shard, card_id, direction, on))
    return (row[0], row[1]) if row else (0, 0)


def of_channels(work: Work, *, bank: str, direction: str, on: date) -> dict[str, int]:
    """Return how much went over each channel of a bank on a day."""
    return {row[0]: row[1] for row in work.rows(OF_CHANNELS, (bank, direction, on))}


def _sums(orders: Sequence[MoneyOrder]) -> dict[str, object]:
    cards: dict[CardDay, tuple[int, int]] = {}
    channels: dict[ChannelDay, int] = {}
    for order in orders:
        card, channel = card_day(order), channel_day(order)
        amount_fen, count = cards.get(card, (0, 0))
        cards[card] = (amount_fen + order.amount_fen, count + 1)
        channels[channel] = channels.get(channel, 0) + order.amount_fen
    by_card, by_channel = sorted(cards), sorted(channels)
    return {
        "c_shards": [key[0] for key in by_card],
        "c_cards": [key[1] for key in by_card],
        "c_ways": [key[2] for key in by_card],
        "c_days": [key[3] for key in by_card],
        "c_amounts": [cards[key][0] for key in by_card],
        "c_counts": [cards[key][1] for key in by_card],
        "b_shards": [key[0] for key in by_channel],
        "b_banks": [key[1] for key in by_channel],
        "b_ways": [key[2] for key in by_channel],
        "b_channels": [key[3] for key in by_channel],
        "b_days": [key[4] for key in by_channel],
        "b_amounts": [channels[key] for key in by_channel],
    }
