"""How many requests the API takes: per signed-in person, and per address from strangers."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


class PerPerson(SimpleRateThrottle):
    """Counts the requests of one account, whatever key or session they carry."""

    scope = "person"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        if not request.user.is_authenticated:
            return None
        return f"throttle:person:{request.user.pk}"


class PerAddress(SimpleRateThrottle):
    """Counts the requests of strangers from one address."""

    scope = "address"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        if request.user.is_authenticated:
            return None
        return f"throttle:address:{self.get_ident(request)}"
