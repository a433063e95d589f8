"""The local PayPal and the local Wise of `make run`: how they are started, what the application is told, their clocks.

Programs of their own, spoken to by HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass

import requests

TIMEOUT = 30  # seconds: they do everything that falls due before they answer
CONTROL = "PAYOUT_CONTROL_URLS"  # the setting that names their switches
PREFIXES = ("PAYPAL_", "WISE_")


@dataclass(frozen=True)
class Local:
    """A local provider: its module, its keys, and which settings say that a real one is meant."""

    name: str
    module: str
    keys: dict[str, str]
    real: tuple[str, str]
    door: str  # where the application takes its events in

    @property
    def host(self) -> str:
        """The setting that names its address."""
        return self.real[1]


PAYPAL = Local(
    "The local PayPal",
    "banibs.dev.paypal_sandbox",
    {
        "PAYPAL_CLIENT_ID": "local-paypal-client",
        "PAYPAL_CLIENT_SECRET": "local-paypal-secret",
        "PAYPAL_WEBHOOK_ID": "LOCALWEBHOOK0001",
    },
    ("PAYPAL_CLIENT_ID", "PAYPAL_API_HOST"),
    "paypal/webhook/",
)
WISE = Local(
    "The local Wise",
    "banibs.dev.wise_sandbox",
    {"WISE_API_TOKEN": "local-wise-token", "WISE_PROFILE_ID": "30000001"},
    ("WISE_API_TOKEN", "WISE_API_HOST"),
    "wise/webhook/",
)
LOCALS = (PAYPAL, WISE)


def wanted(environment: dict[str, str]) -> list[Local]:
    """Those that no real one, or another host, takes the place of."""
    return [one for one in LOCALS if not any(environment.get(name) for name in one.real)]


def told(local: Local, url: str, app_url: str) -> dict[str, str]:
    """What the application must know of one that runs at `url`; it is told where to send its events."""
    control(url, "endpoint", {"url": f"{app_url}/{local.door}"})
    names = {**local.keys, local.host: url}
    if local is WISE:
        names["WISE_WEBHOOK_PUBLIC_KEY"] = str(control(url, "public_key/", {}))
    return names


def control(url: str, path: str, body: dict[str, object]) -> object:
    """A switch of a local provider. Raises requests.RequestException."""
    answer = requests.post(f"{url}/_control/{path}", json=body, timeout=TIMEOUT)
    answer.raise_for_status()
    found: object = answer.json()["result"]
    return found
