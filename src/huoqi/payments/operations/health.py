"""Keeping how banks and their channels do, from the replies to a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from huoqi.kit.db import Work
from huoqi.payments._store import banks
from huoqi.payments.banks.port import Instruction
from huoqi.payments.rules.bank_profiles import DIRECT, ChannelKey, Offices
from huoqi.payments.rules.channel_health import (
    ALL_ANSWERED,
    Sends,
    after_sends,
    is_worth_noting,
)
from huoqi.payments.rules.health import Health, contacts_to_note, health_of, retry_at
from huoqi.payments.rules.replies import Reply, ReplyKind


def note_health(
    work: Work,
    instructions: Sequence[Instruction],
    replies: Sequence[Reply],
    *,
    source: str,
    offices: Offices,
) -> None:
    """Keep who can be reached; only sends say how a channel does, since queries move nothing."""
    said = list(zip(instructions, replies, strict=True))
    own = [(item.bank, reply) for item, reply in said if item.channel == DIRECT]
    _note_banks(work, health_of(own), down=offices.down)
    if source == "reply":
        _note_channels(work, said, offices=offices)


def _note_banks(work: Work, health: Health, *, down: Mapping[str, datetime]) -> None:
    """Keep the banks' own lines; while every bank answers, one row a bank and minute is written."""
    recovered = health.up & down.keys()
    if recovered:
        banks.set_up(work, recovered)
    if health.down:
        banks.set_down(work, health.down, retry_at=retry_at(work.at))
    noted = contacts_to_note(health, known=banks.contacts(work), at=work.at)
    if noted:
        banks.note_contacts(work, noted)


def _note_channels(
    work: Work, said: Sequence[tuple[Instruction, Reply]], *, offices: Offices
) -> None:
    """Keep the channels that leave sends unanswered; nothing is written while all are answered."""
    seen: dict[ChannelKey, Sends] = {}
    for item, reply in said:
        key = (item.bank, item.direction, item.channel)
        seen[key] = _counted(seen.get(key, Sends()), reply)
    worth = [key for key, sends in seen.items() if is_worth_noting(offices.health.get(key), sends)]
    if not worth:
        return
    known = banks.lock_health(work, worth)
    banks.save_health(
        work,
        {
            key: after_sends(
                known.get(key, ALL_ANSWERED), seen[key], at=work.at, own_line=key[2] == DIRECT
            )
            for key in sorted(worth)
        },
    )


def _counted(sends: Sends, reply: Reply) -> Sends:
    if reply.kind is ReplyKind.UNREACHABLE:
        return replace(sends, unanswered=sends.unanswered + 1, refused=sends.refused + 1)
    if reply.kind is ReplyKind.NO_REPLY:
        return replace(sends, unanswered=sends.unanswered + 1)
    return replace(sends, answered=sends.answered + 1)
