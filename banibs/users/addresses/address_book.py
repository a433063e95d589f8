"""What can be done with a person's addresses. The first one becomes the default, and there is always one default."""

from __future__ import annotations

from django.db import transaction

from banibs.users import policy
from banibs.users.models import Address, User


class Full(Exception):
    """The address book holds as many as it may."""


def add(user: User, address: Address, *, default: bool = False) -> Address:
    """Writes a new address. Raises Full when the book is."""
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        kept = Address.objects.filter(user=user)
        if kept.count() >= policy.ADDRESS_BOOK_MOST:
            raise Full
        address.user = user
        address.is_default = False
        address.save()
        if default or not kept.filter(is_default=True).exists():
            _make_default(address)
    return address


def make_default(address: Address) -> None:
    """Makes this the one that is offered first."""
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=address.user_id)
        _make_default(address)


def _make_default(address: Address) -> None:
    Address.objects.filter(user_id=address.user_id, is_default=True).update(is_default=False)
    Address.objects.filter(pk=address.pk).update(is_default=True)
    address.is_default = True


def remove(address: Address) -> None:
    """Forgets an address; orders keep their own copy. The newest of the others becomes the default if this one was."""
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=address.user_id)
        user_id, was_default = address.user_id, address.is_default
        address.delete()
        newest = Address.objects.filter(user_id=user_id).order_by("-id").first() if was_default else None
        if newest is not None:
            _make_default(newest)
