"""Terms, privacy, returns, imprint: the version in force, and who agreed to which."""

from __future__ import annotations

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from banibs.users.models import Consent, LegalText, User

AGREED_AT_SIGN_UP = (LegalText.Slug.TERMS, LegalText.Slug.PRIVACY)
SESSION_DUE = "consent_due"  # in the session of a person who signed in and has not agreed yet


def in_force(slug: str) -> LegalText | None:
    """The newest version of a text; None where nothing was ever written. One query."""
    return LegalText.objects.filter(slug=slug).order_by("-version").first()


def record_consent(user: User) -> None:
    """Keeps that this person agreed, now, to the versions in force of what sign-up asks about."""
    Consent.objects.bulk_create([Consent(user=user, text=text) for text in newest()], ignore_conflicts=True)


def due(user: User) -> list[LegalText]:
    """The texts in force that this person has to agree to: since what they agreed to, a version asked for it.

    Two queries.
    """
    asked, agreed = Q(asks_for_consent=True), Q(consent__user=user)
    since = dict(
        LegalText.objects.filter(asked | agreed, slug__in=AGREED_AT_SIGN_UP)
        .values("slug")
        .annotate(
            missing=Coalesce(Max("version", filter=asked), 0) - Coalesce(Max("version", filter=agreed), 0)
        )
        .values_list("slug", "missing")
    )
    return [text for text in newest() if since.get(text.slug, 0) > 0]


def has_none(user: User) -> bool:
    """Whether they never agreed to anything: the account is older than the question. One query."""
    return not Consent.objects.filter(user=user).exists()


def remember_due(request: HttpRequest, user_id: int) -> None:
    """Notes in the session of who has just signed in that they have to agree to something. In SIGNED_IN."""
    if due(User.objects.get(pk=user_id)):
        request.session[SESSION_DUE] = True


def ask_url(onward: str) -> str:
    """The address of the question, which leads on to this one."""
    return reverse("users:consent") + (f"?{urlencode({'next': onward})}" if onward else "")


def newest() -> QuerySet[LegalText]:
    """The version in force of each text that sign-up asks about. One query."""
    texts = LegalText.objects.filter(slug__in=AGREED_AT_SIGN_UP)
    return texts.order_by("slug", "-version").distinct("slug")
