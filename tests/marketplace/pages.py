"""Asking for pages the way a visitor does."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from banibs.users.models import User
from marketplace.catalogue.product_cards import product_url
from marketplace.models import Variant

HTMX = {"HX-Request": "true"}


def visitor(user: User | None = None, language: str = "en-GB") -> Client:
    """A browser in the United Kingdom; with a user, signed in."""
    client = Client(headers={"Accept-Language": language})
    if user is not None:
        client.force_login(user)
    return client


def text(response: HttpResponse) -> str:
    """What a page says."""
    return response.content.decode()


def page_of(variant: Variant) -> str:
    """The address of a variant's listing."""
    return product_url(variant.product.slug, variant.product_id)
