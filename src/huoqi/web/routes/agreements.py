"""Agreements: the texts in force for a fund, and what a customer agreed to."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from huoqi.customers.agreement_book import agreements, agreements_on
from huoqi.customers.operations.agreements import Named, agree
from huoqi.customers.people import Caller
from huoqi.customers.queries import Agreed, agreed_by
from huoqi.customers.rules.agreements import Agreement, outstanding
from huoqi.fund.queries import require_product
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.doors import Customer, Public
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.funds import FundCode
from huoqi.web.wire import Answer, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1", route_class=StrictRoute)

Code = Annotated[
    str, StringConstraints(pattern="^[a-z_]{1,40}$"), Field(examples=["summary", "risk"])
]
Version = Annotated[str, StringConstraints(pattern="^[0-9]{1,6}$"), Field(examples=["1"])]


class AgreementView(Shape):
    """One version of an agreement, with its text in both languages."""

    code: Code
    version: Version
    effective_from: date
    of_fund: bool = Field(description="True if it is agreed to fund by fund.")
    title_zh: str
    title_en: str
    body_zh: list[str] = Field(description="Its paragraphs.")
    body_en: list[str] = Field(description="Its paragraphs.")
    text_sha256: str = Field(description="Stands for the text in both languages.")


class AgreementName(Shape):
    """An agreement in the version that the customer saw."""

    code: Code
    version: Version


class AgreementsBody(Shape):
    """What the customer agrees to, and the fund that it is about."""

    fund: Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{1,16}$")]
    agreements: list[AgreementName] = Field(min_length=1, max_length=20)


class AgreedView(Shape):
    """What the customer agreed to, when, and by which text."""

    agreement: AgreementView
    fund: str | None = Field(description="Null for agreements about the platform.")
    agreed_at: str
    way: Literal["customer", "simulated"] = Field(
        description="simulated: an invented person of a sandbox, who is taken to have agreed."
    )
    text_sha256: str = Field(description="The text's hash as it was kept at that time.")
    is_in_force: bool


class AgreedAnswer(Answer):
    """What the customer agreed to, latest first, and what a purchase would still ask for."""

    data: list[AgreedView]
    outstanding: list[AgreementName] = Field(
        description="With ``fund``: what is in force for it and not agreed to."
    )


@router.get("/funds/{fund}/agreements", operation_id="funds_agreements", tags=["Funds"])
def funds_agreements(door: Public, fund: FundCode) -> Page[AgreementView]:
    """Show what has to be agreed to before buying a fund today, with the texts."""

    def found(work: Work) -> Page[AgreementView]:
        require_product(work, fund=fund)
        shown = [_agreement(each) for each in agreements_on(shanghai_date(work.at))]
        return page(shown, next_cursor=None, at=work.at)

    return door.ask(found)


@router.get("/me/agreements", operation_id="me_agreements_list", tags=["My account"])
def me_agreements_list(
    door: Customer, fund: Annotated[str | None, Query(pattern="^[0-9A-Za-z]{1,16}$")] = None
) -> AgreedAnswer:
    """Show what I agreed to, when and by which text; with a fund, also what it still asks for."""
    return door.ask(lambda work, caller: _agreed(work, caller, fund=fund))


@router.post("/me/agreements", operation_id="me_agreements_accept", tags=["My account"])
def me_agreements_accept(door: Customer, body: AgreementsBody) -> AgreedAnswer:
    """Agree to agreements in the version in force; what was agreed to before stays as it was."""

    def agreed(work: Work, caller: Caller) -> AgreedAnswer | DomainError:
        require_product(work, fund=body.fund)
        named = [Named(each.code, each.version) for each in body.agreements]
        refusal = agree(work, caller=caller, fund=body.fund, named=named)
        return refusal or _agreed(work, caller, fund=body.fund)

    return door.act(agreed)


def _agreed(work: Work, caller: Caller, *, fund: str | None) -> AgreedAnswer:
    known = agreed_by(work, caller=caller)
    now = agreements_on(shanghai_date(work.at))
    keys = {f"{each.code}:{each.version}:{each.fund}" for each in known}
    left = outstanding(now, agreed=keys, fund=fund) if fund else []
    return AgreedAnswer(
        data=_views(known, now=now),
        outstanding=[AgreementName(code=each.code, version=each.version) for each in left],
        business_time=shown_at(work.at),
    )


def _views(known: Sequence[Agreed], *, now: Sequence[Agreement]) -> list[AgreedView]:
    texts = {(each.code, each.version): each for each in agreements()}
    return [
        AgreedView(
            agreement=_agreement(texts[each.code, each.version]),
            fund=each.fund or None,
            agreed_at=shown_at(each.agreed_at),
            way="simulated" if each.way == "simulated" else "customer",
            text_sha256=each.text_sha256,
            is_in_force=texts[each.code, each.version] in now,
        )
        for each in known
    ]


def _agreement(each: Agreement) -> AgreementView:
    return AgreementView(
        code=each.code,
        version=each.version,
        effective_from=each.effective_from,
        of_fund=each.is_of_fund,
        title_zh=each.zh.title,
        title_en=each.en.title,
        body_zh=list(each.zh.body),
        body_en=list(each.en.body),
        text_sha256=each.text_sha256,
    )
