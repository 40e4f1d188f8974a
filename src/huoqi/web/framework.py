"""FastAPI made to follow our conventions: strict bodies, problem documents, one contract."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Cookie, Header, Path
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from huoqi.kit.errors import DomainError
from huoqi.web.edge import Visit, refusal
from huoqi.web.errors import (
    AmountNotString,
    AmountRefused,
    BodyMalformed,
    CursorRefused,
    FieldsRefused,
    MethodNotAllowed,
    RequestRefused,
    RouteNotFound,
    TextRefused,
    UnknownField,
    UnknownParameter,
)
from huoqi.web.json_input import parse_json

Handler = Callable[[Request], Awaitable[Response]]

_NAME_SHOWN = 64
_FORM = (RequestValidationError, FieldsRefused, BodyMalformed, TextRefused, CursorRefused)
_AMOUNT_LEAVES = ("amount", "units")
_FIELD_CODES = {
    "missing": "validation.missing_field",
    "extra_forbidden": UnknownField.code,
    "string_too_long": "validation.too_long",
    "string_too_short": "validation.too_short",
}


@runtime_checkable
class Knocked(Protocol):
    """A door that can be asked whether a caller may come in, before the request is looked at."""

    def knock(self, request: Request) -> None:
        """Raise why the caller may not make this request."""


class StrictRoute(APIRoute):
    """A route whose body is strict JSON, and whose query has no parameter that it does not know.

    Addresses outside the contract are formed by others, who may add what they like.
    """

    def get_route_handler(self) -> Callable[[Request], Any]:  # the framework's own type
        """Return the framework's handler behind our reading of query and body."""
        handler = super().get_route_handler()
        known = {
            field.alias
            for field in get_flat_params(self.dependant)
            if not isinstance(field.field_info, Cookie | Header | Path)
        }
        is_strict = self.include_in_schema
        doors = knocked_at(self.dependant)

        async def strict(request: Request) -> Response:
            if is_strict and request.scope["query_string"]:
                require_known(request.query_params, known=known)
            body = await request.body()
            if body:
                parse_json(body)
            answer: Response = await handler(request)
            return answer

        async def knocking(request: Request) -> Response:
            try:
                return await strict(request)
            except _FORM:
                # What is wrong with a request is told to those only who may make it.
                for door in doors:
                    await run_in_threadpool(door.knock, request)
                raise

        return knocking if doors else strict


def knocked_at(dependant: Dependant) -> list[Knocked]:
    """Return the doors of a route that tell at once who may not come in."""
    calls: list[object] = [each.call for each in dependant.dependencies]
    return [call for call in calls if isinstance(call, Knocked)]


def require_known(given: Iterable[str], *, known: Collection[str]) -> None:
    """Return nothing for parameters that a route knows; raise UnknownParameter naming others."""
    others = dict.fromkeys(name for name in given if name not in known)
    if others:
        places = [f"query:{name[:_NAME_SHOWN]}" for name in others if name.isprintable()]
        raise UnknownParameter(tuple((place, UnknownParameter.code) for place in places[:20]))


def visit_of(request: Request) -> Visit:
    """Return the request as the edge saw it."""
    visit: Visit = request.scope["huoqi.visit"]
    return visit


def follow_conventions(app: FastAPI, *, direct_paths: Collection[str]) -> None:
    """Make every refusal of the framework a problem document.

    ``direct_paths`` take POST beside what the framework knows of them.
    """

    def domain(request: Request, error: Exception) -> Response:
        assert isinstance(error, DomainError)
        return _response(request, error)

    def fields(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _response(request, refusal_of_fields(error.errors()))

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        known = [headers["allow"]] if "allow" in headers else []
        if error.status_code in {404, 405} and request.url.path in direct_paths:
            known.append("POST")
        if error.status_code == 405 or known:
            return _response(request, MethodNotAllowed(allowed=", ".join(known)))
        return _response(request, RouteNotFound() if error.status_code == 404 else RequestRefused())

    app.add_exception_handler(DomainError, domain)
    app.add_exception_handler(RequestValidationError, fields)
    app.add_exception_handler(HTTPException, http)


def refusal_of_fields(errors: Sequence[Any]) -> DomainError:  # the framework's own dicts
    """Return the refusal for the framework's list of field errors, values left out."""
    if any(error["type"] == "json_invalid" for error in errors):
        return BodyMalformed()
    named = tuple(dict.fromkeys((_pointer(error["loc"]), _code(error)) for error in errors))[:20]
    codes = {code for _, code in named}
    for kind in (AmountNotString, AmountRefused, UnknownField):
        if codes == {kind.code}:
            return kind(named)
    return FieldsRefused(named)


def _pointer(place: Sequence[str | int]) -> str:
    head, rest = place[0], [str(step) for step in place[1:]]
    if head == "body":
        return "".join(f"/{step}" for step in rest if step.isprintable())
    return f"{head}:{'/'.join(rest)}"


def _code(error: Mapping[str, Any]) -> str:  # the framework's own dict
    kind, leaf = error["type"], error["loc"][-1]
    if leaf in _AMOUNT_LEAVES and kind == "string_type":
        return AmountNotString.code
    if leaf in _AMOUNT_LEAVES and kind == "string_pattern_mismatch":
        return AmountRefused.code
    return _FIELD_CODES.get(kind, "validation.wrong_value")


def _response(request: Request, error: DomainError) -> Response:
    status, headers, body = refusal(error, visit_of(request))
    response = Response(body, status_code=status)
    response.raw_headers = [*headers, (b"content-length", str(len(body)).encode())]
    return response
