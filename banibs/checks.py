"""What must be right before BANIBS starts: `manage.py check` says it, and the servers refuse to run without it."""

import ctypes.util
import sys
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks

from marketplace.media import file_types

SECRETS = "banibs_secrets"


@register(SECRETS, Tags.security)
def webhook_secrets(**_: Any) -> list[CheckMessage]:
    """With Stripe's key but without its webhook secrets, anybody could say that a payment was made."""
    if not settings.STRIPE_SECRET_KEY:
        return []
    missing = [
        name
        for name in ("STRIPE_WEBHOOK_SECRET", "STRIPE_CONNECT_WEBHOOK_SECRET")
        if not getattr(settings, name)
    ]
    return [
        Error(
            f"{name} is not set, so Stripe's messages could not be trusted.",
            hint="Copy it from the endpoint's page at Stripe, or run manage.py register_webhooks and set it to: stored",
            id="BANIBS.E001",
        )
        for name in missing
    ]


@register(SECRETS, Tags.security)
def secret_key(**_: Any) -> list[CheckMessage]:
    """Sessions, signed links and reset mails are worth what this key is worth."""
    key = settings.SECRET_KEY
    if len(key) >= 50 and len(set(key)) >= 10 and not key.startswith("django-insecure"):
        return []
    return [
        Error(
            "SECRET_KEY is missing or weak." if key else "SECRET_KEY is not set.",
            hint="Make one: python -c 'import secrets; print(secrets.token_urlsafe(64))'",
            id="BANIBS.E002",
        )
    ]


@register(SECRETS, Tags.security)
def development_is_not_production(**_: Any) -> list[CheckMessage]:
    """Demo passwords, the mailbox page and the movable clock must never meet real money."""
    if settings.DEVELOPMENT and settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
        return [
            Error(
                "BANIBS_DEVELOPMENT is on with a live Stripe key.",
                hint="Take BANIBS_DEVELOPMENT out of the environment, or use a test key.",
                id="BANIBS.E003",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def the_ledger_has_a_role_of_its_own(**_: Any) -> list[CheckMessage]:
    """Servers that own the tables could write the ledger past `ledger_post`."""
    if settings.DEVELOPMENT or settings.DATABASE_OWNER_ROLE != settings.DATABASE_WEB_ROLE:
        return []
    return [
        Warning(
            "DATABASE_OWNER_URL is missing, or names the role of DATABASE_URL: the servers own the ledger's tables.",
            hint="Give migrations a role of their own (docs/deploy.md, Two roles).",
            id="BANIBS.W001",
        )
    ]


@register(Tags.security, deploy=True)
def files_are_looked_at(**_: Any) -> list[CheckMessage]:
    """What is sold is compared with its name by the system's libmagic, which no wheel brings."""
    if file_types.detector() is not None:
        return []
    return [
        Warning(
            "libmagic is missing: files for sale are not compared with their names.",
            hint="Install it: apt-get install libmagic1. The image of the Dockerfile has it.",
            id="BANIBS.W002",
        )
    ]


@register(deploy=True)
def documents_are_drawn(**_: Any) -> list[CheckMessage]:
    """PDFs are drawn with the system's Pango, which no wheel brings."""
    if ctypes.util.find_library("pango-1.0") is not None:
        return []
    return [
        Warning(
            "Pango is missing: receipts and invoices have numbers, and no files.",
            hint="Install it: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0.",
            id="BANIBS.W003",
        )
    ]


def require_secrets() -> None:
    """Ends the process, saying why, when a secret is missing or weak. Called where a server starts."""
    errors = [message for message in run_checks(tags=[SECRETS]) if message.is_serious()]
    if errors:
        sys.exit(
            "BANIBS does not start:\n" + "\n".join(f"  {one.id}: {one.msg} {one.hint}" for one in errors)
        )
