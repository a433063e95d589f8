"""The delivery address of a checkout: which one was chosen, and whether the cart can be sent there."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest

from banibs.core.security import access_audit
from banibs.users.addresses import address_rules
from banibs.users.models import Address, User
from marketplace.cart import contents as carts

SESSION_ADDRESS = "till_address"


def addresses(user: User) -> list[Address]:
    """The person's address book, default first, newest next. One query."""
    return list(Address.objects.filter(user=user)[:50])


def is_deliverable(address: Address, contents: carts.Contents) -> bool:
    """Whether everything in the cart can go there."""
    snapshot = address.snapshot()
    return not missing_lines(snapshot, contents) and is_reachable(snapshot, contents)


def missing_lines(address: Mapping[str, str], contents: carts.Contents) -> list[str]:
    """The lines that this cart needs and the address lacks or has wrong.

    Digital goods are billed to a name and a country; a parcel needs all that its country asks for.
    """
    return address_rules.wrong_lines(address, parcel=contents.needs_delivery)


def is_reachable(address: Mapping[str, str], contents: carts.Contents) -> bool:
    """Whether the cart's parcels are sold to the address's country: it is one of the cart's region."""
    return not contents.needs_delivery or address["country"] in contents.place.countries


def remember(request: HttpRequest, address: Address) -> None:
    """Remembers the address for this visit to the checkout."""
    request.session[SESSION_ADDRESS] = address.pk


def chosen(request: HttpRequest, book: list[Address], contents: carts.Contents) -> Address | None:
    """The address this visit goes to: the one chosen, else the first of the book that suits; None when there is none."""
    wanted = request.session.get(SESSION_ADDRESS)
    fitting = [address for address in book if is_deliverable(address, contents)]
    return next((address for address in fitting if address.pk == wanted), fitting[0] if fitting else None)


def taxed(request: HttpRequest, contents: carts.Contents) -> carts.Contents:
    """The visitor's cart with the tax of the address that this visit goes to, where an address decides it.

    One query, for a person whose cart is of a region with several jurisdictions; a guest's tax stays an estimate.
    """
    user = request.user
    if not isinstance(user, User) or not contents.rows or not contents.tax.estimated:
        return contents
    return to(contents, chosen(request, addresses(user), contents))


def to(contents: carts.Contents, address: Address | None) -> carts.Contents:
    """The cart with the tax of this address; None: there is none yet."""
    return contents.sent_to(address.snapshot() if address is not None else None)


def own_address(user: User, pk: str) -> Address | None:
    """The person's address with this id as it came in a form; None for another's, or for none."""
    return _named(pk).filter(user=user).first()


def record_refusal(user: User, pk: str) -> None:
    """Records that this person asked for another's address, which they were told there is none of."""
    access_audit.record_refusal(user, _named(pk))


def _named(pk: str) -> QuerySet[Address]:
    known = pk.isascii() and pk.isdigit() and len(pk) <= 18
    return Address.objects.filter(pk=int(pk)) if known else Address.objects.none()
