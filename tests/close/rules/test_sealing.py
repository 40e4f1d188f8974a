"""Days are sealed in their order, and a kept note names who is missing and why."""

from datetime import date, timedelta

import pytest

from huoqi.close.rules.proofs import SIGNERS
from huoqi.close.rules.sealing import Doubt, note_of, read_note, seal_object, seal_state
from huoqi.close.rules.steps import State

TUESDAY = date(2015, 5, 12)


def test_a_note_reads_back_as_it_was_written() -> None:
    for signer in SIGNERS:
        for doubt in Doubt:
            assert read_note(note_of(signer, doubt)) == (signer, doubt)


@pytest.mark.parametrize(
    ("later", "note", "expected"),
    [
        (0, "custodian:away", State.BLOCKED),
        (0, "", State.RUNNING),
        (1, "custodian:away", State.WAITING),
        (1, "", State.WAITING),
        (-1, "", State.WAITING),
    ],
)
def test_only_the_first_unsealed_day_is_blocked(later: int, note: str, expected: State) -> None:
    on = TUESDAY + timedelta(days=later)

    assert seal_state(on, first_unsealed_on=TUESDAY, note=note) is expected


def test_a_proposal_names_fund_and_day() -> None:
    assert seal_object(fund="990001", on=TUESDAY) == "990001:2015-05-12"
