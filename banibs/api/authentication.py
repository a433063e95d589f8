"""Who calls the API: a person's browser session (with CSRF), or one of their keys."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import ErrorDetail, PermissionDenied
from rest_framework.request import Request

from banibs.core.api import Refused
from banibs.developers import keys
from banibs.developers.models import ApiKey
from banibs.users.models import User


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer bnb_…`. A bad key is 401 `invalid_api_key`, never silently anonymous."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        header = get_authorization_header(request).split()
        if not header or header[0].lower() != b"bearer":
            return None
        text = header[1].decode("ascii", "replace") if len(header) == 2 else ""  # scheme and key
        key = keys.find(text)
        if key is None:
            raise Refused(401, "invalid_api_key", _("This API key does not work (any more)"))
        keys.touch(key)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BrowserAuthentication(SessionAuthentication):
    """The session of somebody signed in; unsafe methods need the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied(ErrorDetail("CSRF verification failed", "csrf_failed")) from error


class KeyScheme(OpenApiAuthenticationExtension):
    """How the schema names the key."""

    target_class = "banibs.api.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "bnb_…"}


class BrowserScheme(OpenApiAuthenticationExtension):
    """How the schema names the session."""

    target_class = "banibs.api.authentication.BrowserAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
