"""The evidence pack of a day: sound as it is given, and any altered byte is found and named."""

from collections.abc import Iterator
from datetime import date
from random import Random

import pytest

from huoqi.close.evidence import EvidenceTooEarly, facts_of, require_over
from huoqi.close.rules.evidence import Fact, fact_of, lines_of
from huoqi.close.rules.evidence_check import Verdict, check
from huoqi.fund.orders import Speed
from huoqi.kit.dates import shanghai_at
from huoqi.kit.personal_data import holds_personal_data
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import FUND, SHARDS, Company, company_on, day

SAVERS = range(100, 106)
DAY = day(1)


@pytest.fixture(scope="module")
def company(database_dsn: str) -> Iterator[Company]:
    """Yield a company that closed three days with purchases and redemptions on the second."""
    with company_on(database_dsn, savers=SAVERS) as opened:
        opened.buy({no: 100_000 + 37 * no for no in SAVERS})
        _move(opened, to=1, hour=10)
        opened.buy({100: 5_000})
        _move(opened, to=2, hour=10)
        opened.sell(101, 20_000, speed=Speed.FAST)
        _move(opened, to=4)
        yield opened


@pytest.fixture(scope="module")
def pack(company: Company) -> list[bytes]:
    """Return the pack of the second day."""
    return pack_of(company, DAY)


def pack_of(company: Company, on: date) -> list[bytes]:
    """Return the pack of a day as lines."""
    with company.database.work(while_advancing=True) as work:
        require_over(work, on=on)
        return list(lines_of(facts_of(work, on=on)))


def _move(company: Company, *, to: int, hour: int = 9) -> None:
    TimeMachine(company.platform).advance_to(shanghai_at(day(to), hour=hour))


def _named(verdict: Verdict) -> set[str]:
    return {fault.where for fault in verdict.faults}


def _rebuilt(pack: list[bytes], **changes: object) -> Verdict:
    """Return what is found when a clever hand changes the first fact of a part and all checks."""
    (part, change), facts = next(iter(changes.items())), _facts(pack)
    place = next(n for n, fact in enumerate(facts) if fact["part"] == part)
    assert isinstance(change, dict)
    facts[place] = {**facts[place], **change}
    return check(lines_of(facts))


def _facts(pack: list[bytes]) -> list[Fact]:
    facts = [fact_of(line)[0] for line in pack[:-1]]
    assert all(fact is not None for fact in facts)
    return [fact for fact in facts if fact is not None]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_the_pack_of_each_closed_day_is_sound(company: Company, number: int) -> None:
    verdict = check(pack_of(company, day(number)))

    assert verdict.faults == ()
    assert verdict.on == day(number).isoformat()
    assert verdict.roots == {FUND: company.roots()[number]}
    assert set(verdict.chains) == set(range(SHARDS))


def test_the_seals_chain_is_worked_out_from_the_pack(pack: list[bytes]) -> None:
    (close,) = [fact for fact in _facts(pack) if fact["part"] == "close"]

    assert close["chain_is_here"] is True


def test_it_holds_the_days_ledger_figures_and_trial_balance(pack: list[bytes]) -> None:
    parts = check(pack).parts

    assert parts["row"] > 0
    assert parts["batch"] > 0
    assert (parts["head"], parts["close"], parts["day"]) == (1, 1, 1)
    assert parts["day_shard"] == parts["control"] == SHARDS
    assert parts["trial"] > 3


def test_no_line_holds_personal_data(pack: list[bytes]) -> None:
    assert [line for line in pack if holds_personal_data(line.decode())] == []


def test_any_altered_byte_is_found_and_its_line_named(pack: list[bytes]) -> None:
    chance, found = Random(20150511), 0
    for _ in range(300):
        number = chance.randrange(len(pack))
        line = bytearray(pack[number])
        place = chance.randrange(len(line))
        line[place] ^= 1 << chance.randrange(8)
        altered = [*pack[:number], bytes(line), *pack[number + 1 :]]
        verdict = check(b"".join(altered).splitlines(keepends=True))
        assert any(fault.line in {number + 1, number} for fault in verdict.faults), (number, place)
        found += 1
    assert found == 300


def test_a_line_left_out_twice_or_moved_is_found(pack: list[bytes]) -> None:
    rows = [n for n, line in enumerate(pack) if b'"part":"row"' in line]
    place = rows[0]

    for altered in (
        pack[:place] + pack[place + 1 :],
        pack[:place] + [pack[place]] + pack[place:],
        pack[:-1],
        [*pack, pack[1]],
    ):
        assert not check(altered).is_sound


def test_an_altered_row_is_found_by_the_chain_even_with_new_checks(pack: list[bytes]) -> None:
    row = next(fact for fact in _facts(pack) if fact["part"] == "row")
    amount = [*row["row"][:5], row["row"][5] + 1, *row["row"][6:]]

    verdict = _rebuilt(pack, row={"row": amount})

    batch = f"ledger shard {row['shard']}, batch {row['batch']}"
    assert batch in _named(verdict)


def test_an_altered_row_is_named(pack: list[bytes]) -> None:
    number = next(n for n, line in enumerate(pack) if b'"part":"row"' in line)
    altered = [*pack]
    altered[number] = pack[number].replace(b'"shard":', b'"shard": ', 1)

    (fault, *_) = check(altered).faults

    assert fault.line == number + 1
    assert fault.where.startswith("ledger shard")
    assert "transfer" in fault.where


def test_a_new_hash_for_an_altered_batch_breaks_the_next_link(pack: list[bytes]) -> None:
    verdict = _rebuilt(pack, batch={"hash": "00" * 32})

    assert any("does not follow" in fault.what for fault in verdict.faults)


def test_an_altered_seal_is_found(pack: list[bytes]) -> None:
    assert f"seal of fund {FUND}" in _named(_rebuilt(pack, close={"holder_count": 7}))
    assert f"seal of fund {FUND}" in _named(_rebuilt(pack, close={"chain_sha256": "00" * 32}))


def test_figures_that_do_not_add_up_are_found(pack: list[bytes]) -> None:
    assert f"income of the shards of fund {FUND}" in _named(
        _rebuilt(pack, day_shard={"income_fen": 10**9})
    )
    assert f"units of the shards of fund {FUND}" in _named(
        _rebuilt(pack, day_shard={"units_e2": 10**9})
    )
    assert f"ledger's units at the day's end of fund {FUND}" in _named(
        _rebuilt(pack, control={"units_e2": 10**9})
    )
    assert f"sealed income of fund {FUND}" in _named(_rebuilt(pack, close={"total_income_fen": 1}))
    assert any(
        where.startswith("trial") for where in _named(_rebuilt(pack, trial={"credits_posted": 1}))
    )


def test_a_day_that_is_not_over_has_no_pack(company: Company) -> None:
    with pytest.raises(EvidenceTooEarly):
        pack_of(company, day(4))
