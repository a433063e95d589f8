"""Terms, privacy, returns, imprint: the version in force, and who agreed to which."""

from __future__ import annotations

from banibs.users.models import Consent, LegalText, User

AGREED_AT_SIGN_UP = (LegalText.Slug.TERMS, LegalText.Slug.PRIVACY)


def in_force(slug: str) -> LegalText | None:
    """The newest version of a text; None where nothing was ever written. One query."""
    return LegalText.objects.filter(slug=slug).order_by("-version").first()


def record_consent(user: User) -> None:
    """Keeps that this person agreed, now, to the versions in force of what sign-up asks about."""
    newest = (
        LegalText.objects.filter(slug__in=AGREED_AT_SIGN_UP).order_by("slug", "-version").distinct("slug")
    )
    Consent.objects.bulk_create([Consent(user=user, text=text) for text in newest], ignore_conflicts=True)
