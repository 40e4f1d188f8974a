"""Presets are data: four kinds of fund, and the first shelf's dated rules with their sources."""

from dataclasses import replace
from datetime import date

import pytest

from huoqi.fund.presets import PresetUnknown, preset, presets, shelf_rules
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.rules.yields import Carry
from huoqi.fund.shelf import CarryNotOffered, open_fund, products_of, terms_of_fund
from huoqi.kit.dates import shanghai_at
from tests.fund.world import FUND, SHARDS, Shelf


def test_four_kinds_of_fund_are_knobs() -> None:
    assert sorted(presets()) == ["cn_daily", "cn_monthly", "eu_lvnav", "us_stable"]
    assert preset("eu_lvnav").knobs["collar_bp"] == 20
    assert preset("us_stable").knobs["yield_shown"] == "sec_7day_and_effective"
    with pytest.raises(PresetUnknown):
        preset("cn_weekly")


def test_every_rule_that_ships_names_its_source() -> None:
    assert all(rule.source for rule in shelf_rules())


@pytest.mark.parametrize(
    ("on", "max_amount_fen"),
    [
        (date(2015, 5, 11), 6_000_000),
        (date(2018, 5, 31), 6_000_000),
        (date(2018, 6, 1), 1_000_000),
    ],
)
def test_the_fast_limit_flips_on_its_day_without_a_release(
    shelf: Shelf, on: date, max_amount_fen: int
) -> None:
    shelf.clock.at = shanghai_at(on, hour=0)
    with shelf.database.work() as work:
        rule = terms_of_fund(work, fund=FUND).rule("fund.fast_redemption")

    assert rule.figure("max_amount_fen") == max_amount_fen


def test_huoqibao_is_on_the_shelf_and_opening_it_again_changes_nothing(shelf: Shelf) -> None:
    with shelf.database.work() as work:
        open_fund(work, HUOQIBAO, shards=SHARDS)
        (product,) = products_of(work)

    assert (product.fund, product.name_en, product.manager) == (
        "990001",
        "Huoqibao",
        "E Fund (simulated)",
    )
    assert product.state.value == "open"


@pytest.mark.parametrize("preset", ["us_stable", "eu_lvnav"])
def test_a_fund_in_another_currency_is_shown_and_not_sold(shelf: Shelf, preset: str) -> None:
    abroad = replace(HUOQIBAO, fund="990002", preset=preset)
    with shelf.database.work() as work, pytest.raises(CarryNotOffered):
        open_fund(work, abroad, shards=SHARDS)


def test_a_fund_that_carries_monthly_is_sold(shelf: Shelf) -> None:
    monthly = replace(HUOQIBAO, fund="990002", preset="cn_monthly")
    with shelf.database.work() as work:
        open_fund(work, monthly, shards=SHARDS)
        (product,) = products_of(work, funds=["990002"])

    assert product.carry is Carry.MONTHLY
