"""A few thousand orders at misbehaving banks: ours never pays twice, two usual policies do."""

from datetime import timedelta
from typing import Any

import pytest

from bench import payments_naive, payments_ours, payments_truth
from bench.payments_world import Plan, found, open_database
from huoqi.kit.dates import shanghai_at
from tests.databases import Cluster

ORDERS = 1_500


def ours(cluster: Cluster, plan: Plan) -> dict[str, Any]:
    with cluster.database() as dsn:
        found(dsn, plan)
        lived = payments_ours.live(dsn, plan)
        at = shanghai_at(plan.last_day, hour=8) + timedelta(days=payments_ours.DAYS_TO_PROOF)
        database = open_database(dsn, at=at, ids="truth")
        try:
            figures = payments_truth.compare(database, orders=plan.orders)
        finally:
            database.close()
    return figures | {"callbacks_refused": lived.heard.callbacks_refused}


@pytest.mark.slow
def test_ours_pays_nobody_twice_and_loses_nothing(postgres_cluster: Cluster) -> None:
    figures = ours(postgres_cluster, Plan(ORDERS, seed=3, wave=300))

    assert sum(figures["states"].values()) == ORDERS
    assert figures["double_paid"] == figures["lost"] == figures["booked_but_not_moved"] == 0
    assert figures["book_bank_difference_fen"] == figures["waiting"] == 0
    assert figures["bank_errors"] == figures["bank_errors_cased"] > 0
    assert figures["callbacks_refused"] > 0
    assert figures["broken_invariants"] == []


@pytest.mark.slow
def test_where_statements_never_become_whole_orders_wait_and_nothing_is_guessed(
    postgres_cluster: Cluster,
) -> None:
    figures = ours(postgres_cluster, Plan(ORDERS, seed=3, incomplete_ppm=400_000, wave=300))

    assert figures["waiting"] > 0
    assert figures["double_paid"] == figures["lost"] == figures["booked_but_not_moved"] == 0
    assert figures["book_bank_difference_fen"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["retry", "mark-failed"])
def test_who_takes_silence_for_a_failure_pays_twice(policy: str, postgres_cluster: Cluster) -> None:
    plan = Plan(ORDERS, seed=3, wave=300)
    with postgres_cluster.database() as dsn:
        found(dsn, plan)
        figures: dict[str, Any] = payments_naive.live(dsn, plan, policy)

    assert figures["double_paid"] > ORDERS // 200
    assert figures["book_bank_difference_fen"] != 0
