"""What we ask the identity authority, and what it may answer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol


class Answer(Enum):
    """The authority's answers; DOWN is no answer at all."""

    MATCH = "match"
    """The name and the number belong to one living person."""
    NO_MATCH = "no_match"
    """The number exists under another name."""
    NOT_FOUND = "not_found"
    """There is no such number."""
    ALREADY_KNOWN = "already_known"
    """The person holds an account with us under an earlier number."""
    REVIEW = "review"
    """People must look at it first; the reason is not for the applicant."""
    DOWN = "down"
    """No answer in time: ask again later."""


@dataclass(frozen=True, slots=True)
class Question:
    """One person to check; times are business time.

    ``first_asked_at`` lets an adapter tell a new question from one that was asked before.
    """

    name: str = field(repr=False)
    national_id: str = field(repr=False)
    first_asked_at: datetime
    at: datetime


class IdentityAuthority(Protocol):
    """Says whether a name and a national ID belong together; called outside transactions."""

    def check(self, question: Question) -> Answer:
        """Return the answer; a broken line is DOWN, never an exception."""
        ...
