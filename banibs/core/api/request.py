"""The request of an API view behind HasScope: its user is somebody, which the libraries' own type does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import request as rest

if TYPE_CHECKING:
    from banibs.users.models import User

    class Request(rest.Request):
        """A request of a signed-in person."""

        user: User
else:
    Request = rest.Request
