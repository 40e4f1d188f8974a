"""Refused connections show a bank down, any answer shows it up, silence shows nothing."""

from datetime import UTC, datetime, timedelta

from huoqi.payments.rules.health import Health, contacts_to_note, health_of, retry_at
from huoqi.payments.rules.replies import Reply, ReplyKind

REFUSED = Reply(ReplyKind.UNREACHABLE)
SILENT = Reply(ReplyKind.NO_REPLY)
ANSWERED = Reply(ReplyKind.CODE, code="96")


def test_each_bank_is_judged_by_its_own_replies() -> None:
    replies = [("ICBC", REFUSED), ("BOC", SILENT), ("CCB", ANSWERED)]

    assert health_of(replies) == Health(
        down=frozenset({"ICBC"}), up=frozenset({"CCB"}), silent=frozenset({"ICBC", "BOC"})
    )


def test_one_answer_outweighs_refused_connections() -> None:
    found = health_of([("ICBC", REFUSED), ("ICBC", ANSWERED), ("ICBC", REFUSED)])

    assert found == Health(down=frozenset(), up=frozenset({"ICBC"}), silent=frozenset({"ICBC"}))


def test_a_bank_is_worth_another_try_after_five_minutes() -> None:
    nine = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)

    assert retry_at(nine) == datetime(2015, 5, 11, 1, 5, tzinfo=UTC)


def test_what_a_bank_did_is_noted_once_a_minute() -> None:
    nine = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
    health = health_of([("ICBC", ANSWERED), ("ICBC", SILENT), ("BOC", SILENT), ("CCB", ANSWERED)])
    known = {
        "ICBC": (nine - timedelta(seconds=59), nine - timedelta(seconds=60)),
        "BOC": (nine - timedelta(days=1), nine - timedelta(seconds=1)),
    }

    noted = contacts_to_note(health, known=known, at=nine)

    assert noted == {"ICBC": (None, nine), "CCB": (nine, None)}
