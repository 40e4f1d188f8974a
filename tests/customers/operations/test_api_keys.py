"""API keys against the database: the first operator, look-up, revocation."""

from uuid import UUID

from huoqi.customers.operations import (
    KeyHolder,
    KeyRequest,
    authorise_keys,
    make_first_operator,
    make_key,
    revoke_key,
)
from huoqi.customers.operations.api_keys import KeyUnknown
from huoqi.customers.queries import api_keys_made
from huoqi.customers.rules.api_keys import KeyInvalid
from tests.customers.branch import Branch


def test_the_first_operator_is_made_once(branch: Branch) -> None:
    with branch.database.work() as work:
        made = make_first_operator(work, installation="sandbox")
        assert made is not None
        assert made.text.startswith("hq_test_")
        assert made.text not in repr(made)
        assert make_first_operator(work, installation="sandbox") is None
        (holder,) = authorise_keys(work, [made.text])

    assert isinstance(holder, KeyHolder)
    assert (holder.roles, holder.actor) == (frozenset({"operator"}), "staff:first-operator")


def test_keys_are_looked_up_in_a_batch_and_revoked_at_once(branch: Branch) -> None:
    request = KeyRequest("nightly-close", frozenset({"viewer", "finance"}), holder="program")
    with branch.database.work(actor="staff:li") as work:
        live = make_key(work, request, installation="live")
        test = make_key(work, request, installation="sandbox")
        holders = authorise_keys(work, [live.text, "hq_test_unknown", test.text])

        assert [type(each) for each in holders] == [KeyHolder, KeyInvalid, KeyHolder]
        assert isinstance(holders[0], KeyHolder)
        assert (holders[0].mode, holders[0].actor) == ("live", "program:nightly-close")
        assert revoke_key(work, key_id=live.key_id) is None
        assert revoke_key(work, key_id=live.key_id) == KeyUnknown()
        assert revoke_key(work, key_id=UUID(int=1)) == KeyUnknown()
        assert authorise_keys(work, [live.text]) == [KeyInvalid()]
        shown = api_keys_made(work)

    # Of keys made in one instant none is the first.
    assert {key.made_by for key in shown} == {"staff:li"}
    assert {key.key_id: key.hint for key in shown} == {
        live.key_id: live.text[-4:],
        test.key_id: test.text[-4:],
    }
    assert [key.key_id for key in shown if key.revoked_at is not None] == [live.key_id]
