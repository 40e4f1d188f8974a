"""Seeded bugs have not rotted: each is still a bug in what is there."""

from dataclasses import replace

from bench.seeding import LEAST, ROOT, mutants, rotten


def test_every_seeded_bug_still_fits_the_sources() -> None:
    assert rotten(mutants()) == []


def test_there_are_as_many_as_promised() -> None:
    assert len(mutants()) >= LEAST


def test_a_bug_whose_place_is_gone_is_told() -> None:
    found = mutants()
    gone = replace(found[0], old="a line that nobody ever wrote")

    assert rotten([gone, *found[1:]], root=ROOT) == [
        f"{gone.name}: its old text is found 0 times in {gone.file}"
    ]


def test_a_bug_that_breaks_the_syntax_is_told() -> None:
    found = mutants()
    broken = replace(found[0], new=")")

    (complaint,) = rotten([broken, *found[1:]])
    assert "is no Python" in complaint


def test_a_test_that_is_gone_is_told() -> None:
    found = mutants()
    alone = replace(found[0], tests=("tests/nowhere.py",))

    assert rotten([alone, *found[1:]]) == [f"{alone.name}: tests/nowhere.py is gone"]
