"""Somebody without a browser: real HTTP to the running servers, cookies kept, forms sent as pages send them."""

import re
from typing import Any

import requests
from django.conf import settings

from banibs.users.models import User
from tests.people import PASSWORD
from tests.servers import Servers


class Visitor(requests.Session):
    """One visitor. Paths are taken under the servers' address; posts carry the CSRF token like a form's."""

    def __init__(self, servers: Servers) -> None:
        super().__init__()
        self.address = servers.url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        kwargs.setdefault("timeout", 20)
        return super().request(method, url if "://" in url else self.address + url, *args, **kwargs)

    def submit(self, path: str, **fields: Any) -> requests.Response:
        """Opens a page and sends its form: the fields given here and the page's own token."""
        return self.answer(self.get(path), **fields)

    def answer(self, page: requests.Response, **fields: Any) -> requests.Response:
        """Sends the form of a page that is open already."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None, f"{page.url} answered {page.status_code} without a form"
        return self.post(page.url, data={"csrfmiddlewaretoken": token.group(1), **fields})

    def sign_in(self, user: User, password: str = PASSWORD) -> requests.Response:
        """Through the sign-in page."""
        return self.submit("/accounts/login/", login=user.email, password=password)

    @property
    def session_id(self) -> str | None:
        """The session's cookie."""
        return self.cookies.get(settings.SESSION_COOKIE_NAME)
