"""Statements: each closed month on paper, with the totals of the screens."""

import hashlib
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from huoqi.close.queries import last_sealed
from huoqi.customers.operations import Caller
from huoqi.customers.queries import customers_of
from huoqi.fund.queries import products_of
from huoqi.fund.statements import MonthStatement, next_month_end, statement_months, statement_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.web.doors import Customer, CustomerDoor
from huoqi.web.framework import StrictRoute, visit_of
from huoqi.web.statement_csv import statement_csv
from huoqi.web.wire import Money, Page, Shape, Units, money, shown_at, units

router = APIRouter(prefix="/v1", tags=["Statements"], route_class=StrictRoute)

Month = Annotated[
    str,
    Path(
        pattern="^2[01][0-9]{2}-(0[1-9]|1[0-2])$",
        description="A Shanghai calendar month that is over.",
        examples=["2015-05"],
    ),
]
Language = Literal["zh-CN", "en"]


class FundSums(Shape):
    """A holding's month in four figures."""

    fund: str
    opening: Units
    closing: Units
    income: Money


class StatementView(Shape):
    """A month that can be fetched; the hash is that of the CSV file."""

    month: str = Field(examples=["2015-05"])
    first_on: date
    last_on: date
    funds: list[FundSums]
    csv_sha256: str


class StatementPage(Page[StatementView]):
    """The months that can be fetched, and when the next one can."""

    next_on: date = Field(description="The day from which the running month can be fetched.")


Json = dict[str, Any]  # a part of the contract, which is a JSON document
_TOLD = "The file; its hash in the header Huoqi-File-Sha256."
_CSV: dict[int | str, Json] = {200: {"content": {"text/csv": {}}, "description": _TOLD}}
_PDF: dict[int | str, Json] = {200: {"content": {"application/pdf": {}}, "description": _TOLD}}


@router.get("/me/statements", operation_id="me_statements_list")
def me_statements_list(door: Customer) -> StatementPage:
    """List the months that are closed, newest first; at most the last 36."""

    def found(work: Work, caller: Caller) -> StatementPage:
        owner = {"shard": caller.shard, "customer_no": caller.customer_no}
        months = statement_months(work, **owner)[:36]
        views = [_view(work, statement_of(work, **owner, month=month)) for month in months]
        return StatementPage(
            data=views,
            next_cursor=None,
            next_on=next_month_end(shanghai_date(work.at)),
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get(
    "/me/statements/{month}.csv",
    operation_id="me_statements_csv",
    response_class=Response,
    responses=_CSV,
)
def me_statements_csv(door: Customer, month: Month) -> Response:
    """Fetch a month as CSV."""

    def found(work: Work, caller: Caller) -> bytes:
        statement = _statement(work, caller, month)
        return statement_csv(statement, _roots(work, statement))

    return _file(door.ask(found), name=f"huoqi-{month}.csv", kind="text/csv; charset=utf-8")


@router.get(
    "/me/statements/{month}.pdf",
    operation_id="me_statements_pdf",
    response_class=Response,
    responses=_PDF,
)
def me_statements_pdf(
    request: Request,
    door: Customer,
    month: Month,
    lang: Annotated[Language | None, Query(description="Else by Accept-Language.")] = None,
) -> Response:
    """Fetch a month as PDF, in Chinese or English."""
    language = lang or visit_of(request).language
    content = door.ask(lambda work, caller: _pdf(work, door, caller, month, language))
    return _file(content, name=f"huoqi-{month}.pdf", kind="application/pdf")


def _statement(work: Work, caller: Caller, month: str) -> MonthStatement:
    first_on = date.fromisoformat(f"{month}-01")
    return statement_of(work, shard=caller.shard, customer_no=caller.customer_no, month=first_on)


def _roots(work: Work, statement: MonthStatement) -> dict[str, str]:
    """Return the roots that were signed for a month's last day, by fund; none where one waits."""
    last_on = statement.last_on
    seals = [last_sealed(work, fund=each.fund, until=last_on) for each in statement.funds]
    found = [kept.statement for kept in seals if kept is not None and kept.statement.on == last_on]
    return {each.fund: each.root.hex() for each in found}


def _pdf(work: Work, door: CustomerDoor, caller: Caller, month: str, language: str) -> bytes:
    # Here, since it takes a third of a second that a start should not pay.
    from huoqi.web.statement_pdf import Heading, statement_pdf

    statement = _statement(work, caller, month)
    funds = [fund.fund for fund in statement.funds]
    names = {
        product.fund: product.name_en if language == "en" else product.name_zh
        for product in products_of(work, funds=funds)
    }
    roots = _roots(work, statement)
    shards = door.machine.desk.shards
    customer = customers_of(work, [caller.customer_no], shards=shards)[caller.customer_no]
    heading = Heading(customer.customer_id, names, roots, customer.simulated)
    return statement_pdf(statement, heading, language=language)


def _file(content: bytes, *, name: str, kind: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "huoqi-file-sha256": hashlib.sha256(content).hexdigest(),
    }
    return Response(content, media_type=kind, headers=headers)


def _view(work: Work, statement: MonthStatement) -> StatementView:
    return StatementView(
        month=f"{statement.first_on:%Y-%m}",
        first_on=statement.first_on,
        last_on=statement.last_on,
        funds=[
            FundSums(
                fund=each.fund,
                opening=units(each.opening_units_e2),
                closing=units(each.closing_units_e2),
                income=money(each.income_fen),
            )
            for each in statement.funds
        ],
        csv_sha256=hashlib.sha256(statement_csv(statement, _roots(work, statement))).hexdigest(),
    )
