"""The desk has one holder, and is free the moment its holder is gone."""

import pytest

from huoqi.kit.desk import Desk, DeskBusy


def test_one_at_a_time(dsn: str) -> None:
    first, second = Desk(dsn), Desk(dsn)
    assert first.try_take()
    assert not second.try_take()
    with pytest.raises(DeskBusy), second.held(timeout_s=1):
        pass
    first.close()
    assert second.try_take()
    second.give_back()
    with first.held():
        assert not second.try_take()
    first.close()
    assert second.try_take()
    second.close()
    second.give_back()
