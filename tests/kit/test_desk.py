"""The desk has one holder, and is free once its holder is gone."""

from collections.abc import Iterator

import psycopg
import pytest

from huoqi.kit.desk import Desk, DeskBusy, catalogue_name


@pytest.fixture
def desks(dsn: str) -> Iterator[tuple[Desk, Desk]]:
    """Yield two desks of one database."""
    first, second = Desk(dsn), Desk(dsn)
    yield first, second
    first.close()
    second.close()


def test_one_at_a_time(desks: tuple[Desk, Desk]) -> None:
    first, second = desks
    assert first.try_take()
    assert not second.try_take()
    with pytest.raises(DeskBusy), second.held(timeout_s=1):
        pass
    first.give_back()
    assert second.try_take()


def test_it_is_free_once_its_holder_is_gone(desks: tuple[Desk, Desk]) -> None:
    first, second = desks
    assert first.try_take()
    first.close()
    with second.held(timeout_s=10):
        assert not first.try_take()
    assert first.try_take()
    second.close()
    second.give_back()


def test_it_moves_into_the_catalogue_when_there_is_one(dsn: str, desks: tuple[Desk, Desk]) -> None:
    early, late = desks
    assert early.try_take()
    early.give_back()
    name = catalogue_name(dsn)
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        assert late.try_take()
        assert not early.try_take()
        with pytest.raises(DeskBusy), early.held(timeout_s=1):
            pass
        late.give_back()
        assert early.try_take()
    finally:
        with psycopg.connect(dsn, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
