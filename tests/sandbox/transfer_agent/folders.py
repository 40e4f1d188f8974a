"""A distributor that meets an agent in a folder: what it hands over, and what it reads there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from huoqi.fund.managers.files.rules.orders import order_records
from huoqi.fund.managers.files.rules.parties import Parties
from huoqi.fund.managers.port import ManagerOrder, ManagerSide
from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.reading import read_header, read_index, read_rows
from huoqi.fund.ofd.rules.headers import Header, Index, digits_of_date
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.sources import opened
from huoqi.fund.ofd.writing import render_file, write_index
from huoqi.kit.dates import SHANGHAI, shanghai_at
from huoqi.sandbox.transfer_agent.agent import Agent
from huoqi.sandbox.transfer_agent.folder import Folder
from huoqi.sandbox.transfer_agent.terms import AgentTerms, FundTerms

FUND = "990001"
US = Parties(distributor="H0", transfer_agent="99")
TERMS = AgentTerms("99", "H0")
MONDAY = date(2015, 5, 11)


def header_of(file_type: str, *, on: date, number: int = 1) -> Header:
    """Return the header of a file from us to the agent."""
    fields = tuple(field.name for field in shipped().of("21").types[file_type].fields)
    return Header("21", "H0", "99", on, file_type, fields, f"{number:03}", "H0", "99")


def order_of(
    number: int,
    side: ManagerSide = ManagerSide.PURCHASE,
    *,
    size: int,
    on: date = MONDAY,
    of: int | None = None,
    with_no: int | None = None,
) -> ManagerOrder:
    """Return an order of customer 100 + its number, of so many fen or hundredths of a unit."""
    return ManagerOrder(
        order_id=UUID(int=number),
        fund=FUND,
        side=side,
        customer_no=100 + number if of is None else of,
        amount_fen=size,
        units_e2=size,
        t_day=on,
        submitted_at=shanghai_at(on, hour=15, minute=5),
        effective_on=on if with_no is not None else None,
        counter_no=with_no,
    )


@dataclass
class Distributor:
    """Our side of a folder, without the platform."""

    root: Path
    told: str = ""
    numbers: dict[date, int] = field(default_factory=dict)

    @property
    def folder(self) -> Folder:
        """Return the folder."""
        return Folder(self.root)

    def send(self, orders: Sequence[ManagerOrder], *, on: date = MONDAY) -> str:
        """Hand over a batch of orders and return the stem of its index."""
        return self.send_files({"03": order_records(orders, parties=US)}, on=on)

    def send_files(self, files: dict[str, list[Record]], *, on: date) -> str:
        """Hand over files of records and return the stem of their index."""
        self.folder.make()
        number = self.numbers[on] = self.numbers.get(on, 0) + 1
        names = []
        for file_type, records in files.items():
            name = f"OFD_H0_99_{digits_of_date(on)}_{file_type}.TXT"
            data = render_file(header_of(file_type, on=on, number=number), records)
            (self.folder.inbox / name).write_bytes(data)
            names.append(name)
        tail = f"_{number:03}" if number > 1 else ""
        index = f"OFI_H0_99_{digits_of_date(on)}{tail}.TXT"
        write_index(self.folder.inbox / index, Index("21", "H0", "99", on, tuple(names)))
        return index.removesuffix(".TXT")

    def tell(self, at: datetime) -> None:
        """Tell the agent what time it is."""
        self.folder.make()
        self.told = at.astimezone(SHANGHAI).isoformat()
        self.tell_again()

    def tell_again(self) -> None:
        """Tell the agent the same time once more, if it was told any."""
        if self.told:
            (self.folder.inbox / "CLOCK.TXT").write_text(self.told, encoding="ascii")

    def arm(self, *lines: str) -> None:
        """Tell the agent what shall go wrong."""
        self.folder.make()
        (self.folder.inbox / "FAULTS.TXT").write_text("\n".join(lines), encoding="utf-8")

    def waiting(self) -> list[str]:
        """Return the names of what waits for us to be taken away."""
        names = (path.name for path in self.folder.outbox.iterdir())
        words = {"CLOCK.TXT", "SPENT.TXT"}
        return sorted(name for name in names if name not in words and not name.startswith("."))

    def read(self, file_type: str, *, on: date) -> list[Record]:
        """Return the records of a file that waits for us."""
        name = f"OFD_99_H0_{digits_of_date(on)}_{file_type}.TXT"
        with opened(self.folder.outbox / name) as source:
            return list(read_rows(read_header(source)))

    def index(self, *, on: date, number: int = 1) -> list[str]:
        """Return the names in an index that waits for us."""
        tail = f"_{number:03}" if number > 1 else ""
        with opened(self.folder.outbox / f"OFI_99_H0_{digits_of_date(on)}{tail}.TXT") as source:
            return list(read_index(source).files)

    def take_away(self) -> dict[str, str]:
        """Remove all that waits for us and return the digests of its bytes by name."""
        taken = {}
        for name in self.waiting():
            path = self.folder.outbox / name
            taken[name] = sha256(path.read_bytes()).hexdigest()
            path.unlink()
        return taken


def numbers(records: Sequence[Record], name: str) -> list[int]:
    """Return a field of every record as a number."""
    values = [record[name] for record in records]
    return [value for value in values if isinstance(value, int)]


def morning(on: date) -> datetime:
    """Return when a trading day's answers are there."""
    return shanghai_at(on, hour=9)


def night(after: date) -> datetime:
    """Return when a day's figures are there: 01:30 of the next one."""
    return shanghai_at(date.fromordinal(after.toordinal() + 1), hour=1, minute=30)


def until(distributor: Distributor, at: datetime, *, terms: AgentTerms = TERMS) -> None:
    """Tell the time to an agent of its own, which then does what is due."""
    distributor.tell(at)
    _look(distributor, terms=terms)


def look(distributor: Distributor) -> None:
    """Tell an agent that was just started the same time again, and let it look into the folder."""
    distributor.tell_again()
    _look(distributor, terms=TERMS)


def _look(distributor: Distributor, *, terms: AgentTerms) -> None:
    agent = Agent(distributor.folder, terms=terms)
    try:
        agent.look()
    finally:
        agent.close()


MONTHLY = AgentTerms("99", "H0", (FundTerms(FUND, is_monthly=True),))
