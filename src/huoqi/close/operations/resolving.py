"""What people do about breaks: take one in hand, propose what to do, decide as a second person.

Many of one class may be decided on at once, with one action. When the last break of a day is
through, the day closes by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from huoqi.approvals.operations import ApprovalDuplicate, Decision, Proposal, decide, propose
from huoqi.approvals.queries import Approval, Value
from huoqi.close import _store
from huoqi.close._store import breaks as store
from huoqi.close.breaks import BreakKey, QueuedBreak, is_offered, queued
from huoqi.close.operations.bank_resolving import (
    carry_out_bank,
    hold_bank_days,
    match_again,
    order_of_wish,
    take_back_ruling,
)
from huoqi.close.rules.break_states import DECIDED, BreakState
from huoqi.close.rules.breaks import class_of
from huoqi.close.rules.due import Kind
from huoqi.close.rules.resolutions import REGISTER_KINDS, Action
from huoqi.events.operations import EventDraft, emit
from huoqi.fund import day_facts
from huoqi.fund.days import Override
from huoqi.fund.operations import accept_ahead, accept_override, withdraw_ahead
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of
from huoqi.ledger.queries import shards

KIND = "close.break"


class BreakUnknown(DomainError):
    """There is no such break, or not any more."""

    code: ClassVar[str] = "break.unknown"


class BreaksMixed(DomainError):
    """Several breaks are decided on at once only if they are of one class."""

    code: ClassVar[str] = "break.mixed"


class ActionNotOffered(DomainError):
    """The action cannot be taken on this break; ``reason`` says why."""

    code: ClassVar[str] = "break.action_not_offered"


class BreakNotDecided(DomainError):
    """Only a break that was decided on, or went away by itself, can be opened again."""

    code: ClassVar[str] = "break.not_decided"


@dataclass(frozen=True, slots=True)
class ResolutionWish:
    """What a first person wants done about breaks of one class, why, and by which proof.

    ``income_fen`` is the register's corrected figure of a holder, for a correction of one closed
    day; without it the figure that was found counts. ``order_id`` is the order that a bank's line
    shall be linked to; without it the only one like it.
    """

    keys: Sequence[BreakKey]
    action: Action
    reason: str
    evidence: str
    maker: str
    income_fen: int | None = None
    order_id: UUID | None = None


def propose_resolution(work: Work, wish: ResolutionWish) -> Approval | DomainError:
    """Put what shall be done about breaks before a second person.

    Errors: BreakUnknown, BreaksMixed, ApprovalDuplicate, ActionNotOffered, OrderNotLikeIt.
    """
    found = _locked(work, wish.keys)
    if not found or len(found) != len(set(wish.keys)):
        return BreakUnknown()
    refusal = _refusal(work, found, wish=wish)
    if refusal is not None:
        return refusal
    after = _after(found, wish=wish)
    if wish.action is Action.LINK_TO_ORDER:
        order = order_of_wish(work, found[0], order_id=wish.order_id)
        if isinstance(order, DomainError):
            return order
        after["order"] = str(order.order_id)
    proposal = Proposal(
        kind=KIND,
        object_id=_object_id(found),
        object_version=_version(found),
        maker=wish.maker,
        before=_before(found),
        after=after,
        amount_fen=sum(abs(each.row.difference or 0) for each in found),
        customer_count=len({e.row.account_no for e in found if e.row.account_no is not None}),
        evidence=wish.evidence,
    )
    (approval,) = propose(work, [proposal])
    if isinstance(approval, DomainError):
        return approval
    _move(
        work, found, to=BreakState.RESOLVING, action=wish.action, approval_id=approval.approval_id
    )
    _act(work, found, verb="proposed", approval=approval, reason=wish.reason)
    return approval


def decide_resolution(work: Work, decision: Decision) -> Approval | DomainError:
    """Decide on breaks as the second person; what was approved is done here.

    The version is read here, so that figures which changed meanwhile make the proposal stale.
    Errors: ApprovalNotFound, ApprovalDecided, MakerIsChecker, ApprovalStale. What cannot be carried
    out is raised, so that nothing of the decision stands: OverrideExceedsUnits, DayIsPublished,
    CorrectionRefused, OrderNotLikeIt.
    """
    keys = store.keys_of_approval(work, decision.approval_id)
    _hold_days(work, {key[0] for key in keys})
    hold_bank_days(work)
    found = _of_approval(work, decision.approval_id)
    waiting = [each for each in found if each.row.state == BreakState.RESOLVING]
    version = _version(found) if len(waiting) == len(found) else "gone"
    present = Decision(
        decision.approval_id, decision.checker, decision.verdict, version, decision.reason
    )
    (answer,) = decide(work, [present])
    if isinstance(answer, Approval):
        if answer.state == "approved":
            _carry_out(work, waiting, approval=answer)
        else:
            _open_again(work, waiting, verb="refused", approval=answer)
    elif answer.code == "approval.stale":
        _open_again(work, waiting, verb="stale", approval=None)
    return answer


def release_breaks(work: Work, approval: Approval) -> None:
    """Open the breaks of a proposal again that its maker took back."""
    waiting = [
        each
        for each in _of_approval(work, approval.approval_id)
        if each.row.state == BreakState.RESOLVING
    ]
    _open_again(work, waiting, verb="withdrawn", approval=approval)


def assign_break(work: Work, key: BreakKey, *, owner: str) -> QueuedBreak:
    """Say who looks after a break, nobody with empty text, and return it; raise BreakUnknown."""
    found = _one(work, key)
    store.set_owner(work, key.parts, owner=owner)
    store.add_acts(work, [(key.parts, found.row.version)], {"verb": "assigned", "evidence": owner})
    _tell(work, found, verb="assigned", action="")
    return _one(work, key)


def reopen_break(work: Work, key: BreakKey, *, reason: str, evidence: str) -> QueuedBreak:
    """Open a decided break again, as a new version, and return it.

    A figure that was accepted for an open day is taken back; one of a closed day stands until two
    people correct it. Raises BreakUnknown, BreakNotDecided, BreakBooked.
    """
    _hold_days(work, {key.fund})
    hold_bank_days(work)
    found = _one(work, key)
    row = found.row
    if BreakState(row.state) not in DECIDED | {BreakState.CLEARED}:
        raise BreakNotDecided(state=found.state)
    accepted = row.state == BreakState.RESOLVED and row.action == Action.REPLACE_LINE
    if found.is_day_open and accepted:
        assert row.account_no is not None
        withdraw_ahead(work, fund=key.fund, on=key.on, customer_no=row.account_no)
    if found.is_of_bank:
        take_back_ruling(work, found)
    state = BreakState.OPEN if found.is_day_open else BreakState.REOPENED
    store.set_states(work, [(key.parts, state.value, row.version + 1, "", None)])
    act = {"verb": "reopened", "reason": reason, "evidence": evidence}
    store.add_acts(work, [(key.parts, row.version + 1)], act)
    _tell(work, found, verb="reopened", action="")
    if found.is_of_bank:
        match_again(work, [found])
    _close_again(work, [found])
    return _one(work, key)


def _hold_days(work: Work, funds: set[str]) -> None:
    """Hold the funds' days before any break of them: a close takes both in this order."""
    for fund in sorted(funds):
        day_facts.lock_days(work, fund=fund)


def _refusal(
    work: Work, found: Sequence[QueuedBreak], *, wish: ResolutionWish
) -> DomainError | None:
    if len({(class_of(each.key.kind), each.is_of_bank) for each in found}) > 1 or (
        wish.income_fen is not None and len(found) > 1
    ):
        return BreaksMixed()
    for each in found:
        if each.row.state == BreakState.RESOLVING:
            return ApprovalDuplicate(approval_id=str(each.row.approval_id))
        offer = is_offered(work, each, action=wish.action)
        if offer.refusal is not None:
            reason = offer.refusal.value
            return ActionNotOffered(action=wish.action.value, reason=reason, id=each.key.break_id)
    return None


def _carry_out(work: Work, found: Sequence[QueuedBreak], *, approval: Approval) -> None:
    action = Action(str(approval.after["action"]))
    is_of_bank = any(each.is_of_bank for each in found)
    if is_of_bank:
        carry_out_bank(work, found, approval=approval)
    elif action is Action.REPLACE_LINE:
        _accept(work, found, approval=approval)
    elif action is Action.EDIT_BY_REVERSAL:
        for each in found:
            given = approval.after.get("income_fen")
            income_fen = each.row.income_theirs if given is None else int(given)
            override = _override(work, each, income_fen=income_fen, approval=approval)
            accept_override(work, override, replaces=True)
    is_waived = action is Action.FORCE_MATCH
    state = BreakState.WAIVED if is_waived else BreakState.RESOLVED
    _move(work, found, to=state, action=action, approval_id=approval.approval_id)
    _act(work, found, verb="approved", approval=approval, reason=approval.reason)
    if is_of_bank:
        match_again(work, found)
    _close_again(work, found)


def _accept(work: Work, found: Sequence[QueuedBreak], *, approval: Approval) -> None:
    """Take the register's figures into days that are not closed; raise what does not fit."""
    by_day: dict[tuple[str, object], list[QueuedBreak]] = {}
    for each in found:
        by_day.setdefault((each.key.fund, each.key.on), []).append(each)
    for rows in by_day.values():
        accepted = [
            _override(work, each, income_fen=each.row.income_theirs, approval=approval)
            for each in rows
        ]
        key = rows[0].key
        for result in accept_ahead(work, accepted, fund=key.fund, on=key.on):
            if isinstance(result, DomainError):
                raise result


def _override(
    work: Work, found: QueuedBreak, *, income_fen: int | None, approval: Approval
) -> Override:
    row = found.row
    assert row.account_no is not None
    assert income_fen is not None
    return Override(
        shard=shard_of(row.account_no, shards=len(shards(work))),
        fund=found.key.fund,
        customer_no=row.account_no,
        income_on=found.key.on,
        income_fen=income_fen,
        source=row.source or approval.evidence,
        record_no=row.record_no or 0,
        approval_id=approval.approval_id,
        source_sha256=row.source_sha256,
    )


def _open_again(
    work: Work, found: Sequence[QueuedBreak], *, verb: str, approval: Approval | None
) -> None:
    for each in found:
        is_reopened = not each.is_day_open and each.key.kind in REGISTER_KINDS
        state = BreakState.REOPENED if is_reopened else BreakState.OPEN
        _move(work, [each], to=state, action=None, approval_id=each.row.approval_id)
    reason = approval.reason if approval else ""
    _act(work, found, verb=verb, approval=approval, reason=reason)


def _close_again(work: Work, found: Sequence[QueuedBreak]) -> None:
    """Let the close of the breaks' days try again at once; other days are not due."""
    cursors = _store.cursors(work)
    for fund, on in sorted({(e.key.fund, e.key.on) for e in found if e.is_day_open}):
        cursor = cursors.get(fund)
        if cursor is not None and cursor.done_on[Kind.CLOSE] < on:
            _store.ask_again(work, fund=fund, kind=Kind.CLOSE, at=work.at, note="break decided")


def _move(
    work: Work,
    found: Sequence[QueuedBreak],
    *,
    to: BreakState,
    action: Action | None,
    approval_id: UUID | None,
) -> None:
    name = action.value if action else ""
    store.set_states(
        work, [(each.key.parts, to.value, each.row.version, name, approval_id) for each in found]
    )


def _act(
    work: Work,
    found: Sequence[QueuedBreak],
    *,
    verb: str,
    approval: Approval | None,
    reason: str,
) -> None:
    action = str(approval.after["action"]) if approval else ""
    act: dict[str, object] = {"verb": verb, "action": action, "reason": reason}
    if approval:
        act |= {"evidence": approval.evidence, "approval_id": approval.approval_id}
    store.add_acts(work, [(each.key.parts, each.row.version) for each in found], act)
    for each in found:
        _tell(work, each, verb=verb, action=action)


def _tell(work: Work, found: QueuedBreak, *, verb: str, action: str) -> None:
    key = found.key
    data: dict[str, Value] = {
        "break": key.break_id,
        "fund": key.fund,
        "close_on": key.on.isoformat(),
        "class": class_of(key.kind).value,
        "version": found.row.version,
    }
    data |= {"action": action} if action else {}
    emit(work, EventDraft(f"close.break.{verb}", key.break_id, data=data))


def _object_id(found: Sequence[QueuedBreak]) -> str:
    if len(found) == 1:
        return found[0].key.break_id
    names = "\n".join(each.key.break_id for each in found)
    # A letter first: sixteen digits alone would look like the number of a card.
    digest = f"h{sha256(names.encode()).hexdigest()[:16]}"
    return f"{class_of(found[0].key.kind).value}.{len(found)}.{digest}"


def _version(found: Sequence[QueuedBreak]) -> str:
    """Return a text that changes whenever one of the breaks is another difference."""
    facts = "\n".join(
        f"{e.key.break_id} {e.row.version} {e.row.ours} {e.row.theirs}" for e in found
    )
    return sha256(facts.encode()).hexdigest()[:32]


def _before(found: Sequence[QueuedBreak]) -> dict[str, Value]:
    if len(found) > 1:
        return {"state": "open", "breaks": len(found)}
    row = found[0].row
    figures: dict[str, Value] = {"ours": row.ours, "theirs": row.theirs}
    return {"state": "open", **figures, "income_fen": row.income_ours}


def _after(found: Sequence[QueuedBreak], *, wish: ResolutionWish) -> dict[str, Value]:
    after: dict[str, Value] = {"action": wish.action.value, "reason": wish.reason}
    if wish.income_fen is not None:
        after["income_fen"] = wish.income_fen
    elif len(found) == 1 and found[0].row.income_theirs is not None:
        after["income_fen"] = found[0].row.income_theirs
    return after


def _locked(work: Work, keys: Sequence[BreakKey]) -> list[QueuedBreak]:
    return [queued(row) for row in store.locked(work, [key.parts for key in keys])]


def _of_approval(work: Work, approval_id: UUID) -> list[QueuedBreak]:
    return [queued(row) for row in store.locked(work, store.keys_of_approval(work, approval_id))]


def _one(work: Work, key: BreakKey) -> QueuedBreak:
    found = _locked(work, [key])
    if not found:
        raise BreakUnknown(id=key.break_id)
    return found[0]
