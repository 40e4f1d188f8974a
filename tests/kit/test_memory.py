"""The collector leaves batches alone, and only for as long as they run."""

import gc

import pytest

from huoqi.kit.memory import undisturbed


def test_the_collector_looks_less_often_inside_and_as_before_after() -> None:
    before = gc.get_threshold()
    with undisturbed():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before


def test_it_looks_as_before_after_a_failure_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), undisturbed():
        raise KeyError
    assert gc.get_threshold() == before
