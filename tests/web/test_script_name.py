"""Nobody but the settings says where our pages stand: SCRIPT_NAME in a header or in the environment moves nothing."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

import pytest
import requests

from tests import market as scene
from tests.servers import Servers

PLACES = ("/zz9", "//evil.test")


def asked(servers: Servers, target: str, **headers: str) -> bytes:
    """The answer to a request written by hand: no library sends a header with an underscore."""
    lines = [f"GET {target} HTTP/1.1", f"Host: {urlsplit(servers.url).netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", servers.port), timeout=20) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return b"".join(iter(lambda: line.recv(65_536), b""))


@pytest.mark.parametrize("environment", [{}, {"SCRIPT_NAME": "/zz9"}, {"TRUSTED_PROXIES": "1"}], ids=str)
def test_the_first_request_of_a_fresh_worker_moves_no_link(
    live: Servers, environment: dict[str, str]
) -> None:
    scene.opened()
    fresh = Servers(WEB_CONCURRENCY="1", **environment)
    try:
        for place in PLACES:
            for name in ("SCRIPT_NAME", "Script-Name"):
                asked(fresh, f"{place}/browse/?n=1", **{name: place})
                asked(fresh, "/browse/?n=2", **{name: place})
            asked(fresh, "/browse/?n=3", PATH_INFO="/zz9/browse/")
        page = requests.get(f"{fresh.url}/browse/?m=1", timeout=20)
    finally:
        fresh.stop()
    assert page.status_code == 200
    links = re.findall(r'(?:href|src|action)="([^"]+)"', page.text)
    assert len(links) > 30
    assert [link for link in links if "zz9" in link or "evil" in link] == []
