"""What we wait for and since when: a row for each file that a day will bring."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from huoqi.fund.managers.drop import file_store as store
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.fund.managers.files.rules.parties import Parties
from huoqi.fund.ofd.rules.names import DataName
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Work

#: The figures of a calendar day, and the answers of a trading day.
FIGURES = ("07", "06", "05")
ANSWERS = ("04", "25")
INCOMING = frozenset({*FIGURES, *ANSWERS, "02"})
_DAY = timedelta(days=1)


def expected_at(file_type: str, *, on: date) -> datetime:
    """Return when a file of a day comes.

    >>> expected_at("07", on=date(2015, 5, 11)).isoformat()
    '2015-05-11T17:30:00+00:00'
    """
    if file_type in FIGURES:
        return shanghai_at(on + _DAY, hour=1, minute=30)
    return shanghai_at(on, hour=9)


def name_of(parties: Parties, *, on: date, file_type: str) -> str:
    """Return the name under which the agent sends a file of a day."""
    return DataName(parties.transfer_agent, parties.distributor, on, file_type).render()


def expect(work: Work, types: Iterable[str], *, parties: Parties, on: date) -> None:
    """Make sure that a day's files stand in the table, as expected or as what became of them."""
    missing = [
        file_type
        for file_type in types
        if not store.of_day(
            work, agent=parties.transfer_agent, direction="in", on=on, file_type=file_type
        )
    ]
    store.save(
        work, [awaited(work, parties=parties, on=on, file_type=file_type) for file_type in missing]
    )


def awaited(work: Work, *, parties: Parties, on: date, file_type: str) -> ManagerFileRow:
    """Return a row for a file that has not arrived."""
    return ManagerFileRow(
        file_id=work.new_id(),
        agent=parties.transfer_agent,
        direction="in",
        day_on=on,
        file_type=file_type,
        name=name_of(parties, on=on, file_type=file_type),
        batch_no=1,
        state="expected",
        expected_at=expected_at(file_type, on=on),
    )
