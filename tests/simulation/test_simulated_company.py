"""Short lives of a company that dies everywhere; long ones are ``huoqi bench simulate``."""

import os
from pathlib import Path

import psycopg
import pytest

from bench.simulate import Plan, Simulation, SimulationFailed
from tests.databases import Cluster

#: Three days of three seeds in the suite; more by HUOQI_SIMULATION_DAYS.
DAYS = int(os.environ.get("HUOQI_SIMULATION_DAYS", "3"))


def lived(cluster: Cluster, folder: Path, plan: Plan) -> dict[str, object]:
    with cluster.database() as dsn:
        simulation = Simulation(dsn, folder, plan)
        try:
            return simulation.live(report=lambda _done, _total, _note: None)
        finally:
            simulation.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_books_hold_whatever_goes_wrong_and_wherever_it_dies(
    seed: int, postgres_cluster: Cluster, tmp_path: Path
) -> None:
    figures = lived(postgres_cluster, tmp_path, Plan(seed, days=DAYS, customers=40, between=60))

    assert int(str(figures["deaths"])) > 0
    assert int(str(figures["promised"])) > 0


def test_a_seed_gives_the_same_books_whenever_it_is_lived(
    postgres_cluster: Cluster, tmp_path: Path
) -> None:
    first, second = (
        lived(postgres_cluster, tmp_path / name, Plan(4, days=2, customers=20, between=60))
        for name in ("once", "again")
    )

    assert first == second
    assert first["last_root"]


def test_a_failure_says_how_it_is_repeated(postgres_cluster: Cluster, tmp_path: Path) -> None:
    with postgres_cluster.database() as dsn:
        simulation = Simulation(dsn, tmp_path, Plan(5, days=1, customers=20))
        with psycopg.connect(dsn) as conn:
            conn.execute("UPDATE ledger_account SET cp = cp + 1 WHERE kind = 60")
        try:
            with pytest.raises(SimulationFailed) as failed:
                simulation.live(report=lambda _done, _total, _note: None)
        finally:
            simulation.close()
    said = str(failed.value)
    assert said.startswith("huoqi bench simulate --seed 5 --days 1 --customers 20 --until 1\n")
    assert "I1 does not hold" in said
