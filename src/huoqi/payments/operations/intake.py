"""Pages of bank statements while they are taken in: known ones, new ones, what each is worth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id
from huoqi.payments._store import statements as store
from huoqi.payments._store.statements import NewPage
from huoqi.payments.rules.completeness import (
    STANDING,
    Chain,
    Page,
    StatementReason,
    StatementState,
    Verdict,
    judge,
    totals_of,
)
from huoqi.payments.rules.statements import Statement, StatementHead
from huoqi.payments.statements import BankCursor, StatementPage

_NAMESPACE = UUID("5f7a1c52-9f0e-5d0a-8a0b-6b0c1f0d2e01")
_WAITS = Verdict(StatementState.INCOMPLETE, StatementReason.PAGE_MISSING)
_OTHER_TEXT = Verdict(StatementState.CONTRADICTED, StatementReason.OTHER_TEXT)


def page_id_of(head: StatementHead) -> UUID:
    """Return the id of a page: the same bank, statement, page and digest have the same one."""
    name = f"{head.bank}|{head.account}|{head.statement_id}|{head.page_no}|{head.sha256.hex()}"
    return derived_id(_NAMESPACE, action=name)


@dataclass(slots=True)
class PageInHand:
    """A page with what it is worth; ``statement`` is None if it came before."""

    page_id: UUID
    page: Page
    verdict: Verdict
    was: Verdict | None = None
    statement: Statement | None = None
    before: "PageInHand | None" = None

    @property
    def stands(self) -> bool:
        """Return whether lines of the page may prove something."""
        return self.verdict.state in STANDING

    @property
    def is_in_vain(self) -> bool:
        """Return whether the page was refused before and is so again, for the same reason."""
        return self.before is not None and self.before.verdict == self.verdict

    @property
    def head(self) -> StatementHead:
        """Return what the page says of itself."""
        return self.page.head

    @property
    def name(self) -> tuple[str, str]:
        """Return what all pages of a statement share."""
        return self.head.bank, self.head.statement_id

    @property
    def is_new(self) -> bool:
        """Return whether the page came just now."""
        return self.statement is not None

    def kept(self) -> NewPage:
        """Return the page as it is stored."""
        return NewPage(self.page_id, self.head, self.page.counted, self.verdict)


@dataclass(slots=True)
class Intake:
    """All pages that matter while some are taken in, by id, and each bank's chain."""

    pages: dict[UUID, PageInHand]
    chains: dict[str, Chain]
    arrivals: list[PageInHand | None] = field(default_factory=list)

    @classmethod
    def of(cls, work: Work, cursors: Sequence[BankCursor], names: set[tuple[str, str]]) -> "Intake":
        """Return the intake with every page known under some names, or waiting for others."""
        known = [_known(page) for page in store.neighbours(work, names)] if names else []
        chains = {c.bank: Chain(c.complete_on, c.sequence_no, c.closing_fen or 0) for c in cursors}
        return cls({page.page_id: page for page in known}, chains)

    def add(self, statement: Statement) -> None:
        """Add a page that came: a repeat, a contradiction of one that stands, or a new one.

        A page that was refused is tried once more: what it lacked may be there by now.
        """
        page_id = page_id_of(statement.head)
        known = self.pages.get(page_id)
        if known is not None and known.verdict.state is not StatementState.REFUSED:
            self.arrivals.append(None)
            return
        if known is not None:
            tries = sum(p.head.sha256 == statement.head.sha256 for p in self.pages.values())
            page_id = derived_id(page_id, action=f"again.{tries}")
        page = Page(statement.head, totals_of(statement.entries))
        added = PageInHand(page_id, page, _WAITS, statement=statement, before=known)
        place = (added.name, statement.head.page_no)
        if any(other.stands and (other.name, other.head.page_no) == place for other in self):
            added.verdict = _OTHER_TEXT
        self.pages[page_id] = added
        self.arrivals.append(added)

    def __iter__(self) -> Iterator[PageInHand]:
        """Yield every page."""
        return iter(self.pages.values())

    def judge(self, *, today: date) -> None:
        """Give every statement that waits its verdict, in order, until nothing more follows."""
        waiting: dict[tuple[int, str, str], list[PageInHand]] = {}
        for page in self:
            if page.verdict.state is StatementState.INCOMPLETE:
                key = (page.head.sequence_no, *page.name)
                waiting.setdefault(key, []).append(page)
        for key in sorted(waiting):
            pages, bank = waiting[key], key[1]
            facts = [page.page for page in pages]
            verdict = judge(facts, chain=self.chains[bank], today=today)
            for page in pages:
                page.verdict = verdict
            if verdict.is_complete:
                self.chains[bank] = self.chains[bank].after(facts)

    @property
    def new(self) -> list[PageInHand]:
        """Return the pages that came just now, in the order in which they came."""
        return [page for page in self if page.is_new and not page.is_in_vain]

    @property
    def changed(self) -> list[PageInHand]:
        """Return the pages that came before and are worth something else now."""
        return [page for page in self if not page.is_new and page.verdict != page.was]


def _known(page: StatementPage) -> PageInHand:
    verdict = Verdict(page.state, page.reason)
    return PageInHand(page.page_id, Page(page.head, page.counted), verdict, was=verdict)
