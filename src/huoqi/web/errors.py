"""Refusals that only the HTTP entrance raises: form, keys, idempotency, rate."""

from typing import ClassVar

from huoqi.kit.errors import DomainError
from huoqi.kit.money import AmountMalformed


class BodyMalformed(DomainError):
    """The body is not JSON in UTF-8, or nests too deeply."""

    code: ClassVar[str] = "validation.body_malformed"


class BodyTooLarge(DomainError):
    """The body is longer than the server accepts."""

    code: ClassVar[str] = "validation.body_too_large"


class ContentTypeRefused(DomainError):
    """The body is not declared as application/json."""

    code: ClassVar[str] = "validation.content_type"


class FieldsRefused(DomainError):
    """One or more fields are wrong; ``errors`` names each by JSON pointer."""

    code: ClassVar[str] = "validation.failed"

    def __init__(self, errors: tuple[tuple[str, str], ...], **params: int | str | bool) -> None:
        super().__init__(**params)
        self.errors = errors


class AmountNotString(FieldsRefused):
    """An amount came as a JSON number."""

    code: ClassVar[str] = "validation.amount_not_string"


class AmountNotPositive(FieldsRefused):
    """An amount is zero or negative."""

    code: ClassVar[str] = "validation.amount_not_positive"


class AmountRefused(FieldsRefused):
    """An amount is not an integer of minor units in text, or does not fit in 64 bits."""

    code: ClassVar[str] = AmountMalformed.code


class UnknownField(FieldsRefused):
    """The body has a field that the route does not know."""

    code: ClassVar[str] = "validation.unknown_field"


class DuplicateName(FieldsRefused):
    """An object of the body has a name twice; readers differ in which one counts."""

    code: ClassVar[str] = "validation.duplicate_name"


class UnknownParameter(FieldsRefused):
    """The address has a query parameter that the route does not know."""

    code: ClassVar[str] = "validation.unknown_parameter"


class CursorRefused(DomainError):
    """The cursor was not made by this list."""

    code: ClassVar[str] = "validation.cursor"


class TextRefused(DomainError):
    """A text holds a character that no field may hold."""

    code: ClassVar[str] = "validation.text"


class VersionUnknown(DomainError):
    """The dated behaviour version is not one that this server knows."""

    code: ClassVar[str] = "version.unknown"


class RouteNotFound(DomainError):
    """No route has this path."""

    code: ClassVar[str] = "route.not_found"


class MethodNotAllowed(DomainError):
    """The route exists and has other methods."""

    code: ClassVar[str] = "route.method_not_allowed"


class ObjectNotFound(DomainError):
    """No such object exists, or it belongs to somebody else."""

    code: ClassVar[str] = "route.object_not_found"


class RequestRefused(DomainError):
    """The framework refused the request in a way that has no better name."""

    code: ClassVar[str] = "route.refused"


class SessionMissing(DomainError):
    """The route needs a customer's session and none was sent."""

    code: ClassVar[str] = "auth.session_missing"


class CsrfRefused(DomainError):
    """A browser's cookie came without the page's own proof, or from another site's page."""

    code: ClassVar[str] = "auth.csrf"


class SandboxHostRefused(DomainError):
    """A sandbox signs nobody in under a name that another site could own."""

    code: ClassVar[str] = "sandbox.host_refused"


class NotOffered(DomainError):
    """This installation takes no accounts of device makers."""

    code: ClassVar[str] = "device_account.not_offered"


class MakerRefused(DomainError):
    """The owner, or the maker, said no at the maker's page."""

    code: ClassVar[str] = "device_account.denied"


class KeyMissing(DomainError):
    """The route needs an API key and none was sent."""

    code: ClassVar[str] = "auth.key_missing"


class RateLimited(DomainError):
    """The client asked too often; ``retry_after_s`` says when the next try is welcome."""

    code: ClassVar[str] = "rate.limited"


class KeyRequired(DomainError):
    """A route that moves money was called without an Idempotency-Key."""

    code: ClassVar[str] = "idempotency.missing"


class KeyMalformed(DomainError):
    """The Idempotency-Key is not 1 to 255 printable ASCII characters."""

    code: ClassVar[str] = "idempotency.malformed"


class FingerprintMismatch(DomainError):
    """The key was used before for another request; nothing of that one is shown."""

    code: ClassVar[str] = "idempotency.mismatch"


class InProgress(DomainError):
    """The first request with this key is still being processed."""

    code: ClassVar[str] = "idempotency.in_progress"


class ServerFault(DomainError):
    """A fault of ours; it is logged under the request id."""

    code: ClassVar[str] = "server.fault"


class DatabaseDown(DomainError):
    """The database does not answer; nothing was done."""

    code: ClassVar[str] = "server.database_down"


class NotReady(DomainError):
    """The server is up and cannot serve yet."""

    code: ClassVar[str] = "server.not_ready"


class Told(DomainError):
    """Another party's refusal under the code that it was told with, such as a bank's of a card."""

    def __init__(self, told_code: str, **params: int | str | bool | None) -> None:
        super().__init__(**params)
        self.__dict__["code"] = told_code
