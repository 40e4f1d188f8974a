"""Screening: every customer is held against each new version of the list, in the night."""

from huoqi.compliance.cases import Finding
from huoqi.compliance.operations.cases import open_cases
from huoqi.customers.desk import Desk
from huoqi.customers.operations import freeze_by_staff
from huoqi.customers.operations.screening import screen_customers
from huoqi.customers.rules.screening import Grade
from huoqi.customers.watch_lists.port import WatchList
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work

RULE = "screening"
#: Why an account is frozen whose owner's national ID is on the list; nobody is told more.
FREEZE_REASON = "listed_person"


def screen_page(work: Work, desk: Desk, watch_list: WatchList, *, limit: int) -> int:
    """Hold the next customers against the list and return how many were looked at.

    A hit opens a case; who is there by national ID is frozen in the same transaction.
    """
    screened = screen_customers(work, desk, watch_list, limit=limit)
    on, version = shanghai_date(work.at), watch_list.version()
    found = [
        Finding(
            each.shard,
            each.customer_no,
            RULE,
            on,
            {"entry": each.hit.entry, "grade": each.hit.grade.value, "list": version},
        )
        for each in screened.hits
    ]
    sure = [each.customer_no for each in screened.hits if each.hit.grade is Grade.ID]
    if sure:
        freeze_by_staff(work, sure, shards=desk.shards, reason=FREEZE_REASON)
    open_cases(work, found)
    return screened.count
