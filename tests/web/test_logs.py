"""Logs: JSON, one request's lines share its id, and no secret is written."""

import json

import pytest

from banibs.logging import hide_secrets
from tests.servers import Servers, eventually
from tests.visitor import Visitor

CARD = "4242 4242 4242 4242"


def test_the_lines_of_a_request_are_json_and_share_its_id(live: Servers) -> None:
    seen = live.web.log.stat().st_size
    Visitor(live).get("/accounts/login/?mark=indigo")

    def lines() -> list[dict[str, object]]:
        with live.web.log.open("rb") as file:
            file.seek(seen)
            text = file.read().decode()
        return [
            json.loads(line) for line in text.splitlines() if "login" in line or "request_finished" in line
        ]

    found = eventually(lambda: [line for line in lines() if line.get("event") == "request_finished"])
    started = [line for line in lines() if line.get("event") == "request_started"]
    assert started[-1]["request_id"]
    assert found[-1]["request_id"] == started[-1]["request_id"]


@pytest.mark.parametrize(
    "text",
    [
        f"paid with {CARD}",
        "4242424242424242",
        "key sk_live_51Habcdefghijkl",
        "secret whsec_abc123",
        "Authorization: Bearer bnb_abcdef.123",
        "cookie session=0123456789abcdef; theme=dark",
        "password=hunter2hunter2",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    shown = hide_secrets(None, "info", {"event": "x", "text": text, "deep": {"list": [text]}})
    for part in ("4242", "sk_live", "whsec_a", "bnb_a", "0123456789abcdef", "hunter2"):
        assert part not in json.dumps(shown)


@pytest.mark.parametrize(
    "text", ["order B-71840-1", "1732180000000000", "2026-11-21T09:12:44.123456Z", "+254 712 345 678"]
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert hide_secrets(None, "info", {"event": text})["event"] == text
