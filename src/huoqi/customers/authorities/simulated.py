"""The sandbox's identity authority: the ID's sequence digits say how it behaves.

404 is not found, 409 known to us already, 500 down for the first two hours, 777 a case for
people; every other number matches whatever name comes with it.
"""

from datetime import timedelta

from huoqi.customers.authorities.port import Answer, Question

DOWN_FOR = timedelta(hours=2)

_BY_SEQUENCE = {
    "404": Answer.NOT_FOUND,
    "409": Answer.ALREADY_KNOWN,
    "777": Answer.REVIEW,
}


class SimulatedAuthority:
    """Answers by magic value, the same each time."""

    def check(self, question: Question) -> Answer:
        """Return what the number's sequence digits ask for."""
        sequence = question.national_id[14:17]
        if sequence == "500" and question.at < question.first_asked_at + DOWN_FOR:
            return Answer.DOWN
        return _BY_SEQUENCE.get(sequence, Answer.MATCH)
