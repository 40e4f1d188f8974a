"""The checker: what clients were told is there exactly once, nothing is half done, in true order.

It reads the books from outside, with statements of its own, and holds them against the diary of
the clients and against the plain model of the ledger.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from bench.crashing.diary import Wish
from bench.crashing.replay import replayed
from huoqi.close.queries import blocked_days
from huoqi.kit.db import Row, Work
from huoqi.kit.ids import derived_id
from huoqi.ledger.queries import check_invariants
from huoqi.ledger.rules.transfers import ResultCode
from huoqi.payments.rules.reducer import Action
from huoqi.web.idempotency import claim_of

_CLAIMS = "SELECT customer_no, claim, object_id, status, body FROM idempotency"
_ORDERS = """
    SELECT o.order_id, o.customer_no, o.side, o.state, o.amount_fen, o.money_order_id
    FROM fund_order o WHERE o.origin = 'customer'
"""
_EVENTS = """
    SELECT seq, object_id, type FROM event WHERE shard = 0 ORDER BY seq
"""
_MONEY = """
    SELECT m.order_id, m.state, m.amount_fen, m.direction, m.bank_ref, i.times, i.executed_at,
        i.amount_fen, m.intent_id, m.attempt
    FROM money_order m LEFT JOIN simulated.bank_instruction i USING (bank_ref)
"""
_HOLDS = "SELECT id, status, amount FROM ledger_pending"
_STRAY_INSTRUCTIONS = """
    SELECT i.bank_ref FROM simulated.bank_instruction i
    LEFT JOIN money_order m USING (bank_ref) WHERE m.bank_ref IS NULL
"""
_GROUPS = """
    SELECT grp, count(*) FILTER (WHERE result = 0), count(*) FROM ledger_transfer
    WHERE grp IS NOT NULL GROUP BY grp
"""
_OPEN, _POSTED, _VOIDED = 0, 1, 2
_HOLD_OF_STATE = {
    "RESERVED": _OPEN, "SENT": _OPEN, "UNKNOWN": _OPEN, "DISPUTED": _OPEN,
    "SUCCEEDED": _POSTED, "REJECTED": _VOIDED, "CANCELLED": _VOIDED,
}  # fmt: skip
_UNPAID = frozenset({"placed", "failed", "cancelled"})
_SHOWN = 20


@dataclass
class Findings:
    """What was found; every list holds one line a case."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    unlike_model: list[str] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Findings") -> None:
        """Take in what another check found."""
        for name in ("lost", "duplicated", "torn", "disordered", "unlike_model", "unsound"):
            getattr(self, name).extend(getattr(other, name))
        self.counts += other.counts

    @property
    def is_sound(self) -> bool:
        """Tell whether there is nothing to complain of."""
        lists = (self.lost, self.duplicated, self.torn, self.disordered, self.unlike_model)
        return not any((*lists, self.unsound))

    def shown(self) -> list[str]:
        """Return the first of what was found, each with its kind."""
        return [
            f"{name}: {line}"
            for name in ("lost", "duplicated", "torn", "disordered", "unlike_model", "unsound")
            for line in getattr(self, name)[:_SHOWN]
        ]


def examined(
    work: Work, wishes: Mapping[str, Wish], *, first_orders: frozenset[UUID] = frozenset()
) -> Findings:
    """Return what is wrong with the books, given what clients asked for and were told.

    ``first_orders`` were there before them.
    """
    found = Findings()
    found.counts["repeated until answered"] = sum(bool(wish.unsure) for wish in wishes.values())
    asked = [wish for wish in wishes.values() if wish.kind != "ledger"]
    posted = [wish for wish in wishes.values() if wish.kind == "ledger"]
    places = _orders(work, asked, found, first_orders=first_orders)
    in_order([wish for wish in asked if wish.key in places], places, found, where="orders")
    _batches(work, posted, found)
    _money(work, found)
    found.unsound += [str(finding) for finding in check_invariants(work)]
    found.unsound += [f"a close is blocked: {line}" for line in sorted(blocked_days(work))]
    found.unlike_model += replayed(work)
    return found


def _orders(
    work: Work, asked: Iterable[Wish], found: Findings, *, first_orders: frozenset[UUID]
) -> dict[str, tuple[int, ...]]:
    """Hold orders against the diary; return where in the log each was placed, by key."""
    claims = {(row[0], row[1]): row for row in work.rows(_CLAIMS)}
    orders = {row[0]: row for row in work.rows(_ORDERS)}
    made = _placed_events(work, found)
    places: dict[str, tuple[int, ...]] = {}
    wanted = set(first_orders)
    for wish in asked:
        claim = claims.get((wish.who, claim_of(route=f"/v1/{wish.kind}", key=wish.key)))
        found.counts[f"{wish.kind} {'acknowledged' if wish.is_acknowledged else 'refused'}"] += 1
        found.counts["repeats"] += len(wish.again)
        if not wish.status:
            found.lost.append(f"{wish.key} was never answered")
        elif not wish.is_acknowledged:
            found.counts[f"refused: {wish.code}"] += 1
            if claim is not None:
                found.duplicated.append(f"{wish.key} was refused ({wish.code}) and is there")
        elif claim is None or claim[2] not in orders:
            found.lost.append(f"{wish.key} was acknowledged and is not there")
        else:
            _one_order(wish, claim, orders[claim[2]], found)
            wanted.add(claim[2])
            places[wish.key] = (made.get(str(claim[2]), 0),)
    strangers = [order for order in orders if order not in wanted]
    found.duplicated += [f"order {order} has no request of its own" for order in strangers]
    return places


def _one_order(wish: Wish, claim: Row, order: Row, found: Findings) -> None:
    if str(claim[2]) != wish.order_id:
        found.duplicated.append(f"{wish.key} was told {wish.order_id} and has {claim[2]}")
    if sha256(bytes(claim[4])).hexdigest() != wish.digest:
        found.torn.append(f"{wish.key}: the stored answer is not the one that was given")
    if any((status, digest) != (wish.status, wish.digest) for status, digest in wish.again):
        found.duplicated.append(f"{wish.key} was answered otherwise when it was repeated")
    if order[1] != wish.who:
        found.torn.append(f"{wish.key} belongs to customer {order[1]}")


def _placed_events(work: Work, found: Findings) -> dict[str, int]:
    """Return the first event of every object; the log must have no gap."""
    first: dict[str, int] = {}
    last = 0
    for seq, object_id, _ in work.rows(_EVENTS):
        if seq != last + 1:
            found.torn.append(f"events: {last} is followed by {seq}")
        last = seq
        first.setdefault(object_id, seq)
    row = work.row("SELECT seq FROM event_head WHERE shard = 0")
    if row is None or row[0] != last:
        found.torn.append(f"events: the last is {last}, the head says {row}")
    found.counts["events"] += last
    return first


def in_order(
    wishes: list[Wish], places: Mapping[str, tuple[int, ...]], found: Findings, *, where: str
) -> None:
    """Check real-time order: what was answered before something was sent is before it in the book.

    One scan in commit order: nobody may have been answered before the latest sending so far.
    """
    latest = 0
    for wish in sorted(wishes, key=lambda each: places[each.key]):
        if wish.told_ns < latest:
            found.disordered.append(f"{where}: {wish.key} comes after what was sent later")
        latest = max(latest, wish.sent_ns)


def _batches(work: Work, posted: list[Wish], found: Findings) -> None:
    """Hold the ledger against what the bookkeeper was told."""
    journal = {
        row[0]: row[1:]
        for row in work.rows("SELECT id, shard, batch, idx, result FROM ledger_transfer")
    }
    places: dict[int, dict[str, tuple[int, ...]]] = {}
    for wish in posted:
        ids = [UUID(text) for text in wish.body if isinstance(text, str)]  # type: ignore[attr-defined] # a list of us
        found.counts["ledger batches acknowledged"] += bool(wish.status)
        found.counts["ledger transfers acknowledged"] += len(wish.results)
        if len(ids) != len(wish.results):
            found.lost.append(f"{wish.key} was never answered")
            continue
        for id_, code in zip(ids, wish.results, strict=True):
            row = journal.get(id_)
            if ResultCode(code).stored and row is None:
                found.lost.append(f"{wish.key}: transfer {id_} was acknowledged and is not there")
            elif row is not None and row[3] != code:
                found.torn.append(f"{wish.key}: transfer {id_} was told {code} and has {row[3]}")
            elif row is not None:
                places.setdefault(row[0], {}).setdefault(wish.key, row[1:3])
    for shard, of_shard in sorted(places.items()):
        inside = [wish for wish in posted if wish.key in of_shard]
        in_order(inside, of_shard, found, where=f"shard {shard}")
    halves = [row[0] for row in work.rows(_GROUPS) if row[1] not in (0, row[2])]
    found.torn += [f"group {group} is half posted" for group in halves]


def _money(work: Work, found: Findings) -> None:
    """Hold money orders against their holds, their fund orders and what the banks did."""
    holds = {row[0]: row[1:] for row in work.rows(_HOLDS)}
    states: dict[UUID, str] = {}
    for row in work.rows(_MONEY):
        states[row[0]] = row[1]
        hold = holds.get(derived_id(row[0], action=Action.HOLD))
        if hold != (_HOLD_OF_STATE.get(row[1]), row[2]):
            found.torn.append(f"money order {row[0]} is {row[1]} and its hold {hold}")
        _one_deed(row, found)
    found.counts["money orders"] += len(states)
    for order_id, _, side, state, _, money_id in work.rows(_ORDERS):
        money = states.get(money_id)
        if side == "purchase" and (money == "SUCCEEDED") == (state in _UNPAID):
            found.torn.append(f"purchase {order_id} is {state}, its money order {money}")
    found.torn += [f"the bank has {row[0]} and we do not" for row in work.rows(_STRAY_INSTRUCTIONS)]


def _one_deed(row: Row, found: Findings) -> None:
    """Hold a money order against what the bank did about its reference."""
    order_id, state, fen, _, bank_ref, times, executed_at, bank_fen, _, _ = row
    if times is not None and (times > 1 or bank_fen != fen):
        found.duplicated.append(f"the bank moved {bank_ref} {times} times, {bank_fen} fen")
    if state == "SUCCEEDED" and executed_at is None:
        found.torn.append(f"money order {order_id} succeeded and the bank did nothing")
    if state in {"REJECTED", "CANCELLED"} and times:
        found.torn.append(f"money order {order_id} is {state} and the bank moved money")
