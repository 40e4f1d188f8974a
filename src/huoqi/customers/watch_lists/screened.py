"""An identity authority with a list beside it: who matches and is on the list is looked at."""

from dataclasses import dataclass

from huoqi.customers.authorities.port import Answer, IdentityAuthority, Question
from huoqi.customers.rules.national_id import parse_national_id
from huoqi.customers.watch_lists.port import WatchList


@dataclass(frozen=True, slots=True)
class ScreenedAuthority:
    """Asks the authority first; only a person whom it knows is held against the list."""

    authority: IdentityAuthority
    watch_list: WatchList

    def check(self, question: Question) -> Answer:
        """Return the authority's answer; REVIEW where it matches somebody who may be listed."""
        answer = self.authority.check(question)
        if answer is not Answer.MATCH:
            return answer
        birth_on = parse_national_id(question.national_id).birth_on
        hits = self.watch_list.index().hits(
            name=question.name, national_id=question.national_id, birth_on=birth_on
        )
        return Answer.REVIEW if hits else answer
