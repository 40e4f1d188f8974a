"""What the agent is told to do wrong: the lines of FAULTS.TXT, and when each of them strikes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import ClassVar

from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.errors import DomainError

_MOST, _MOST_HOURS = 2**53, 10_000
EVERY_FUND = frozenset({"", "*", "fund-manager"})


class FaultsMalformed(DomainError):
    """A line of the file of faults is not as it should be."""

    code: ClassVar[str] = "transfer_agent.faults_malformed"


@dataclass(frozen=True, slots=True)
class AgentFault:
    """A fault: from when to when it strikes, how many days it spoils, aimed at which fund."""

    fault_id: str
    fault: str
    target: str = ""
    from_at: datetime | None = None
    until_at: datetime | None = None
    remaining: int | None = None
    params: Mapping[str, int] = field(default_factory=dict)

    def covers(self, at: datetime, *, funds: Iterable[str]) -> bool:
        """Tell whether the fault is about what is due at an instant for one of some funds."""
        begun = self.from_at is None or self.from_at <= at
        over = self.until_at is not None and at >= self.until_at
        return begun and not over and (self.target in EVERY_FUND or self.target in set(funds))

    @property
    def days(self) -> int | None:
        """Return how many days the fault may spoil; None where only its end ends it."""
        if self.remaining is None and self.until_at is None:
            return 1
        return self.remaining


def render_faults(faults: Iterable[AgentFault]) -> str:
    """Return the text of FAULTS.TXT, a fault a line."""
    return "".join(json.dumps(_plain(fault), sort_keys=True) + "\n" for fault in faults)


def parse_faults(text: str) -> list[AgentFault]:
    """Return the faults of a text; a person may write ``{"fault": …, "on": "2015-05-12"}``.

    >>> parse_faults('{"fault": "file_late", "on": "2015-05-12"}')[0].until_at.isoformat()
    '2015-05-12T16:00:00+00:00'

    Errors: FaultsMalformed.
    """
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                faults.append(_fault(json.loads(line), line=line))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise FaultsMalformed(line=number) from error
    return faults


def _fault(told: Mapping[str, object], *, line: str) -> AgentFault:
    begins, ends = _instant(told.get("from")), _instant(told.get("until"))
    if "on" in told:
        on = date.fromisoformat(str(told["on"]))
        begins, ends = shanghai_midnight(on), shanghai_midnight(on + timedelta(days=1))
    remaining = told.get("remaining", told.get("count"))
    if remaining is not None and type(remaining) is not int:
        raise ValueError("remaining")
    return AgentFault(
        str(told.get("fault_id") or sha256(line.encode()).hexdigest()[:16]),
        str(told["fault"]),
        str(told.get("target") or ""),
        begins,
        ends,
        remaining,
        _params(told.get("params") or {}),
    )


def _params(told: object) -> dict[str, int]:
    """Return a fault's figures, whole numbers of a size that no sum runs over with."""
    if not isinstance(told, Mapping):
        raise TypeError("params")
    for value in told.values():
        if type(value) is not int or abs(value) > _MOST:
            raise ValueError("params")
    if not 0 <= told.get("hours", 1) <= _MOST_HOURS:
        raise ValueError("hours")
    return dict(told)


def _instant(value: object) -> datetime | None:
    if value is None:
        return None
    at = datetime.fromisoformat(str(value))
    if at.tzinfo is None:
        raise ValueError("an instant has its offset")
    return at


def _plain(fault: AgentFault) -> dict[str, object]:
    return {
        "fault_id": fault.fault_id,
        "fault": fault.fault,
        "target": fault.target,
        "from": fault.from_at.isoformat() if fault.from_at else None,
        "until": fault.until_at.isoformat() if fault.until_at else None,
        "remaining": fault.remaining,
        "params": dict(fault.params),
    }
