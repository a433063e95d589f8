"""Ike sees a shop's tax numbers masked; reading them in full asks who he is and why, and is recorded."""

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.urls import reverse

from banibs.core import events
from banibs.core.models import Event
from banibs.users.models import User
from tests import people
from tests.marketplace.sellers.test_tax_details import SECRETS, saves

pytestmark = pytest.mark.django_db
REASON = {"reason": "HMRC asked for it, letter of 3 May"}


def signed_in(user: User, *, fresh: bool = True) -> Client:
    client = Client()
    client.force_login(user)
    if fresh:
        client.post(reverse("account_reauthenticate"), {"password": people.PASSWORD})
    return client


def shown(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def reveals() -> int:
    return Event.objects.filter(kind="shop.tax_details_revealed").count()


def test_ike_reads_them_in_full_once_and_it_is_recorded(ike: User) -> None:
    kofi = people.kofi()
    row = saves(kofi)
    staff = signed_in(ike)
    page = staff.get(reverse("admin:marketplace_taxdetails_change", args=[row.pk])).content.decode()
    assert "•••• 0119" in page
    assert shown(page) == []
    url = reverse("admin:marketplace_taxdetails_reveal", args=[row.pk])
    assert url in page
    assert shown(staff.get(url).content.decode()) == []
    assert (staff.post(url, {"reason": ""}).status_code, reveals()) == (400, 0)

    read = staff.post(url, REASON)

    assert shown(read.content.decode()) == list(SECRETS)
    assert "no-store" in read.headers["Cache-Control"]
    (event,) = Event.objects.filter(kind="shop.tax_details_revealed")
    assert (event.subject_id, event.actor_id, event.reason) == (kofi.pk, ike.pk, REASON["reason"])
    assert event.data == {"version": 1, "fields": ["tax_id", "born"]}
    assert shown(staff.get(url).content.decode()) == []


def test_a_stale_session_reads_nothing_and_keeps_the_reason(ike: User) -> None:
    row = saves(people.kofi())
    url = reverse("admin:marketplace_taxdetails_reveal", args=[row.pk])
    staff = signed_in(ike, fresh=False)
    assert reverse("account_reauthenticate") in staff.get(url).headers["Location"]
    held = staff.post(url, REASON)
    assert (held.status_code, shown(held.content.decode()), reveals()) == (403, [], 0)
    assert REASON["reason"] in held.content.decode()


def test_who_may_only_look_reads_masks(ike: User) -> None:
    row = saves(people.kofi())
    User.objects.filter(pk=ike.pk).update(is_superuser=False)
    ike.user_permissions.add(Permission.objects.get(codename="view_taxdetails"))
    staff = signed_in(User.objects.get(pk=ike.pk))
    url = reverse("admin:marketplace_taxdetails_reveal", args=[row.pk])
    assert (
        url not in staff.get(reverse("admin:marketplace_taxdetails_change", args=[row.pk])).content.decode()
    )
    assert staff.post(url, REASON).status_code == 403
    assert reveals() == 0


def test_what_cannot_be_recorded_is_not_shown(ike: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row = saves(people.kofi())
    staff = signed_in(ike)

    def breaks(*_new: object) -> None:
        raise RuntimeError("the log is away")

    monkeypatch.setattr(events, "record", breaks)
    with pytest.raises(RuntimeError), transaction.atomic():
        staff.post(reverse("admin:marketplace_taxdetails_reveal", args=[row.pk]), REASON)
    assert reveals() == 0
