"""Scopes: what an API key may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from banibs.core.api.errors import Refused

if TYPE_CHECKING:
    from rest_framework.views import APIView

SCOPES = (
    "catalogue",
    "cart",
    "orders",
    "wallet",
    "seller",
    "payouts",
    "refunds",
    "disputes",
    "developer",
    "staff",
)


class HasScope(BasePermission):
    """A request by key needs the view's scope, `:read` for safe methods and `:write` for the others; a session has all.

    A view names its scope (`scope = "orders"`). `scope = None` is public.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        scope: str | None = getattr(view, "scope", None)
        if scope is None:
            return True
        if not request.user.is_authenticated:
            raise exceptions.NotAuthenticated
        require(request, f"{scope}:{'read' if request.method in ('GET', 'HEAD', 'OPTIONS') else 'write'}")
        return True


def require(request: Request, needed: str) -> None:
    """Raises Refused, 403 `insufficient_scope`, for a key without this scope; a session has all.

    For what one address does of another kind than its own: paying from the wallet, giving money back.
    """
    granted: frozenset[str] | None = getattr(request.auth, "scopes", None)
    if granted is not None and needed not in granted and "*" not in granted:
        raise Refused(403, "insufficient_scope", f"This key lacks {needed}")
