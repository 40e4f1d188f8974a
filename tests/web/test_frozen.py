"""A customer whose account is frozen sees all that is hers, and changes nothing."""

from tests.web.company import FUND, Company, ok


def test_a_frozen_customer_sees_everything_and_changes_nothing(company: Company) -> None:
    holder = company.ready_customer()
    order = ok(holder.buy(1_000))["order"]["id"]
    ok(holder.post("/v1/me/freeze"))
    paths = [f"/v1/orders/{order}", f"/v1/holdings/{FUND}", f"/v1/cards/{holder.card_id}/limits"]
    for path in ("/v1/orders", "/v1/payouts", "/v1/holdings", "/v1/cards", *paths):
        assert holder.get(path).status_code == 200, path

    sell = {"fund": FUND, "units": {"units": "1", "scale": 2}, "speed": "fast"}
    cancelled = holder.post(f"/v1/orders/{order}/cancellation", {}, key="c")
    for refused in (
        holder.buy(1_000),
        cancelled,
        holder.post("/v1/redemptions", sell, key="r"),
        holder.post("/v1/me/closing", {}, key="end"),
        holder.post(f"/v1/cards/{holder.card_id}/default"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "customer.frozen")
