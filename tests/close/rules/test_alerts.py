"""Alerts: what rings, what does not, and the rules file that Prometheus reads."""

from pathlib import Path

import yaml  # type: ignore[import-untyped]

from huoqi.close.rules.alerts import (
    ALERTS,
    GAUGES,
    Compare,
    Sample,
    alert,
    ringing,
    rules_file,
)

FILE = Path(__file__).parents[3] / "docs" / "operating" / "alerts.yml"


def test_every_alert_looks_at_a_gauge_that_there_is_with_its_labels() -> None:
    gauges = {gauge.name: gauge for gauge in GAUGES}

    assert len({each.name for each in ALERTS}) == len(ALERTS)
    for each in ALERTS:
        assert set(each.only) <= set(gauges[each.gauge].labels), each.name


def test_a_figure_rings_beyond_its_limit_and_not_at_it() -> None:
    low = alert("HuoqiAdvanceLineLow")
    assert low.compare is Compare.BELOW
    assert low.rings_for(Sample("huoqi_advance_line_free_permille", 149, {"fund": "990001"}))
    assert not low.rings_for(Sample("huoqi_advance_line_free_permille", 150, {"fund": "990001"}))

    many = alert("HuoqiUnknownOrdersMany")
    assert many.rings_for(Sample("huoqi_unknown_orders", 51, {"age": "under_15m"}))
    assert not many.rings_for(Sample("huoqi_unknown_orders", 50, {"age": "under_15m"}))


def test_only_the_labels_that_are_meant_ring() -> None:
    old = alert("HuoqiUnknownOrdersOld")

    assert old.rings_for(Sample("huoqi_unknown_orders", 1, {"age": "over_3d"}))
    assert not old.rings_for(Sample("huoqi_unknown_orders", 1, {"age": "15m-1d"}))


def test_what_rings_is_told_in_the_order_of_the_list_with_its_figure() -> None:
    samples = [
        Sample("huoqi_disk_free_permille", 3, {"of": "data"}),
        Sample("huoqi_chain_sound", 0),
        Sample("huoqi_chain_sound", 1),
    ]

    assert [(each.name, sample.value) for each, sample in ringing(samples)] == [
        ("HuoqiChainBroken", 0),
        ("HuoqiDiskFull", 3),
    ]


def test_the_file_in_the_documents_is_the_one_that_is_made() -> None:
    """Make it again with: huoqi doctor --rules > docs/operating/alerts.yml."""
    assert FILE.read_text(encoding="utf-8") == rules_file()


def test_prometheus_can_read_the_file() -> None:
    (group,) = yaml.safe_load(rules_file())["groups"]

    assert [rule["alert"] for rule in group["rules"]] == [each.name for each in ALERTS]
    for rule, each in zip(group["rules"], ALERTS, strict=True):
        assert rule["expr"] == each.expression
        assert rule["annotations"]["summary"] == each.text
        assert rule["annotations"]["runbook_url"].endswith(f"/docs/runbook/{each.page}")
        assert rule["labels"]["severity"] in {"page", "ticket"}
