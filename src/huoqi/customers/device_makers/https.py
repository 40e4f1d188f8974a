"""A real provider, asked over HTTPS with the standard library: no cookies, no redirects."""

import base64
import http.client
import urllib.request
from collections.abc import Mapping
from typing import IO
from urllib.parse import quote, urlencode, urlsplit

from huoqi.customers.device_makers.port import MakerDown, Provider

TIMEOUT_S = 5
ANSWER_BYTES_MAX = 256 * 1024


class _Still(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a provider that moves is set anew by people."""

    def redirect_request(
        self,
        req: urllib.request.Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: http.client.HTTPMessage,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


class HttpsLine:
    """Asks over HTTPS, five seconds and a quarter of a megabyte at most; see port.Line."""

    def __init__(self, *handlers: urllib.request.BaseHandler) -> None:
        self._opener = urllib.request.build_opener(_Still(), *handlers)

    def get(self, url: str) -> bytes:
        """Return what an address answers."""
        return self._answer(urllib.request.Request(_secure(url)))

    def post_form(self, url: str, fields: Mapping[str, str], *, provider: Provider) -> bytes:
        """Return the answer to a form, under our name and secret (RFC 6749 section 2.3.1)."""
        both = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
        request = urllib.request.Request(_secure(url), data=urlencode(fields).encode())
        request.add_header("Authorization", f"Basic {base64.b64encode(both.encode()).decode()}")
        return self._answer(request)

    def _answer(self, request: urllib.request.Request) -> bytes:
        request.add_header("Accept", "application/json")
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                answer: bytes = response.read(ANSWER_BYTES_MAX + 1)
        except urllib.error.HTTPError as error:
            # "No" is an answer (RFC 6749 section 5.2): it holds no token, and says so.
            if not 400 <= error.code < 500:
                raise MakerDown from error
            answer = error.read(ANSWER_BYTES_MAX + 1)
        except (OSError, http.client.HTTPException) as error:
            raise MakerDown from error
        if len(answer) > ANSWER_BYTES_MAX:
            raise MakerDown
        return answer


def _secure(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise MakerDown
    return url
