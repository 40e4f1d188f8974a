"""The agent: it looks into its folder, does what the time told there asks for, and answers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.ofd.rules.names import DataName, NameMalformed, parse_name
from huoqi.kit.dates import SHANGHAI
from huoqi.sandbox.transfer_agent.batch_store import BatchFile, us_of
from huoqi.sandbox.transfer_agent.books_store import Books
from huoqi.sandbox.transfer_agent.days import Days
from huoqi.sandbox.transfer_agent.fault_file import AgentFault, FaultsMalformed, parse_faults
from huoqi.sandbox.transfer_agent.folder import CLOCK, DOWN, FAULTS, SPENT, TAKE, Folder
from huoqi.sandbox.transfer_agent.intake import Desk
from huoqi.sandbox.transfer_agent.publishing import Publisher
from huoqi.sandbox.transfer_agent.rendering import Renderer
from huoqi.sandbox.transfer_agent.spoiling import MANAGER_DOWN, down_until, spent_faults
from huoqi.sandbox.transfer_agent.terms import AgentTerms


@dataclass(frozen=True, slots=True)
class _Told:
    """The time as it was told; only to take what lies there, or to pass up to it."""

    text: str
    at: datetime
    is_to_take: bool


class Agent:
    """A transfer agent on a folder; `look` does everything, and may be called at any time."""

    def __init__(
        self,
        folder: Folder,
        *,
        terms: AgentTerms,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        folder.make()
        folder.sweep()
        self._folder = folder
        self._terms = terms
        self._say = say
        self._books = Books(folder.own / "books.sqlite")
        self._days = Days(self._books, terms=terms, calendar=xshg())
        self._told_at = self._days.told_at
        renderer = Renderer(self._books, terms=terms, next_trading_day=self._days.next_trading_day)
        self._publisher = Publisher(self._books, renderer=renderer, terms=terms, folder=folder)
        self._desk = Desk(self._books, days=self._days, terms=terms, folder=folder)

    def close(self) -> None:
        """Close the books."""
        self._books.close()

    def look(self) -> bool:
        """Take what lies there, do what is due, answer; tell whether there was anything.

        Once it was told a time it does nothing before it is told one again, so that what it does
        depends on what was told and not on when it looked.
        """
        # The time first: what was put before it is there when we look for it.
        told = self._told_time()
        if told is None:
            return self._told_at is None and self._take_untold()
        faults = self._faults()
        if (until := _down_until(faults, at=told.at)) is not None:
            return self._refuse_to_answer(until)
        (self._folder.outbox / DOWN).unlink(missing_ok=True)
        self._say_all(self._desk.take_all())
        if not told.is_to_take and (self._told_at is None or told.at > self._told_at):
            self._told_at = told.at
            self._days.catch_up(told.at, faults=faults)
        if self._told_at is not None:
            self._say_all(self._take_pulls(self._told_at))
            self._say_all(self._publisher.put_due(self._told_at))
        self._tell_spent(faults, at=told.at)
        self._answer(told)
        return True

    def _take_untold(self) -> bool:
        """Take what lies there before any time was told."""
        return self._say_all(self._desk.take_all())

    def _say_all(self, lines: Iterable[str]) -> bool:
        """Say what is done as it is done; tell whether anything was."""
        was_any = False
        for line in lines:
            self._say(line)
            was_any = True
        return was_any

    def _told_time(self) -> _Told | None:
        path = self._folder.inbox / CLOCK
        try:
            text = path.read_text(encoding="ascii")
            instant, *words = text.split()
            at = datetime.fromisoformat(instant)
        except FileNotFoundError:
            return None
        except ValueError:  # No instant, or not even letters.
            self._say(f"{CLOCK} tells no time")
            self._folder.remove(CLOCK)
            return None
        return _Told(text, at if at.tzinfo else at.replace(tzinfo=SHANGHAI), words == [TAKE])

    def _answer(self, told: _Told) -> None:
        """Tell the distributor that all is done up to the instant it told."""
        self._folder.remove(CLOCK)
        self._folder.say(CLOCK, told.text)

    def _faults(self) -> list[AgentFault]:
        try:
            text = (self._folder.inbox / FAULTS).read_bytes().decode("utf-8", errors="replace")
            return parse_faults(text)
        except FileNotFoundError:
            return []
        except FaultsMalformed as refusal:
            self._say(f"{FAULTS}: {refusal}")
            return []

    def _tell_spent(self, faults: list[AgentFault], *, at: datetime) -> None:
        """Tell which faults are over, so that nobody waits for them."""
        funds, batches = self._terms.codes, self._books.batches
        spent = spent_faults(faults, batches=batches, funds=funds, at=at) if faults else []
        if spent:
            self._folder.say(SPENT, "".join(f"{fault_id}\n" for fault_id in spent))

    def _refuse_to_answer(self, until: datetime) -> bool:
        """Say until when nobody is there; the time that was told is not looked at again."""
        self._folder.remove(CLOCK)
        self._folder.say(DOWN, until.astimezone(SHANGHAI).isoformat() + "\n")
        return True

    def _take_pulls(self, at: datetime) -> Iterator[str]:
        for pull in self._folder.pulls():
            path = self._folder.inbox / pull
            wanted = path.read_bytes().decode("ascii", errors="replace").strip()
            file = self._wanted(wanted)
            if file is None:
                line = f"{wanted} transfer_agent.no_file\n"
                self._folder.hand_over(f"NAK_{pull}", line.encode("ascii", errors="replace"))
            else:
                with self._books.transaction():
                    self._books.batches.drop_corrections(file.file_type, on=file.day_on)
                    self._books.batches.add(
                        [file], day_on=file.day_on, reason="pull", due_us=us_of(at)
                    )
            self._folder.remove(pull)
            yield f"{pull}: {wanted}{'' if file else ' is not there'}"

    def _wanted(self, name: str) -> BatchFile | None:
        try:
            said = parse_name(name)
        except NameMalformed:
            return None
        if not isinstance(said, DataName) or said.shard is not None:
            return None
        day_on = said.on.toordinal()
        if not self._books.batches.went_out(said.file_type, on=day_on):
            return None
        return BatchFile(said.file_type, day_on)


def _down_until(faults: list[AgentFault], *, at: datetime) -> datetime | None:
    """Return until when nobody answers, None where somebody does."""
    for fault in faults:
        until = down_until(fault) if fault.fault == MANAGER_DOWN else None
        if until is not None and at < until and (fault.from_at is None or fault.from_at <= at):
            return until
    return None
