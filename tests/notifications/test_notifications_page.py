"""Amara reads, removes and brings back what she was told."""

import pytest
from django.test import Client

from banibs.notifications import inbox
from tests import market as scene
from tests.shopping import buys, tell

pytestmark = pytest.mark.django_db
LIST = "/account/notifications/"


def told(client: Client) -> scene.Market:
    market = scene.opened()
    buys(market, (market.basket, 1))
    buys(market, (market.jar, 1))
    tell()
    client.force_login(market.amara)
    return market


def test_the_page_groups_by_day_and_shows_what_is_unread(client: Client) -> None:
    told(client)
    page = client.get(LIST).content.decode()
    assert page.count('<li class="new">') == 2
    assert "confirmed, £53.00." in page
    assert "Notifications, 2 unread" in page


def test_all_are_read_by_one_press(client: Client) -> None:
    market = told(client)
    client.post(f"{LIST}read/")
    assert inbox.unread(market.amara.pk) == 0
    assert '<li class="new">' not in client.get(LIST).content.decode()


def test_following_a_notice_reads_it(client: Client) -> None:
    market = told(client)
    notice = inbox.for_user(market.amara.pk).first()
    assert notice is not None
    answer = client.post(f"{LIST}{notice.pk}/")
    assert answer.headers["Location"] == notice.url
    assert inbox.unread(market.amara.pk) == 1


def test_all_can_be_deleted_and_brought_back(client: Client) -> None:
    market = told(client)
    removed = client.post(f"{LIST}delete/", follow=True)
    assert "Nothing new" in removed.content.decode()
    assert inbox.for_user(market.amara.pk).count() == 0

    client.post(f"{LIST}undo/", {"removed": removed.context["removed"]})

    assert inbox.for_user(market.amara.pk).count() == 2
    assert inbox.unread(market.amara.pk) == 2


def test_anothers_notice_is_not_found_and_not_touched(client: Client) -> None:
    market = told(client)
    client.force_login(market.zuri.user)
    notice = inbox.for_user(market.amara.pk).first()
    assert notice is not None
    for verb in ("", "read/", "delete/"):
        assert client.post(f"{LIST}{notice.pk}/{verb}").status_code == 404
    notice.refresh_from_db()
    assert (notice.read_at, notice.removed_at) == (None, None)


def test_the_bell_tells_its_number_and_stops_for_whom_nobody_is_signed_in(client: Client) -> None:
    told(client)
    assert "2 unread" in client.get(f"{LIST}bell/").content.decode()
    client.logout()
    assert client.get(f"{LIST}bell/").status_code == 286


def test_the_sellers_bell_asks_each_minute_too_and_the_menu_follows(client: Client) -> None:
    market = told(client)
    client.force_login(market.kofi.user)
    unread = inbox.unread(market.kofi.user_id)
    assert unread
    desk = client.get("/seller/").content.decode()
    assert f'hx-get="{LIST}bell/?menu=1" hx-trigger="every 60s"' in desk
    assert f'<span class="pill" id="bell-menu">{unread}</span>' in desk
    follows = 'id="bell-menu" hx-swap-oob="true">'
    assert f"{follows}{unread}<" in client.get(f"{LIST}bell/?menu=1").content.decode()
    assert follows not in client.get(f"{LIST}bell/").content.decode()  # a buyer's page has no such menu
    inbox.mark_read(market.kofi.user_id)
    assert f"{follows}<" in client.get(f"{LIST}bell/?menu=1").content.decode()
    assert '<span class="pill" id="bell-menu"></span>' in client.get("/seller/").content.decode()


def test_letters_are_chosen_by_kind(client: Client) -> None:
    market = told(client)
    page = client.get(f"{LIST}settings/")
    assert "Parcel posted" in page.content.decode()
    client.post(f"{LIST}settings/", {"order_confirmed": "on"})
    form = client.get(f"{LIST}settings/").context["form"]
    assert form["order_confirmed"].value() is True
    assert form["order_posted"].value() is False
    assert market.amara.pk


def test_nonsense_to_bring_back_is_not_found(client: Client) -> None:
    told(client)
    for nonsense in ("", "yesterday", "2026-13-40T00:00:00Z", "2026-11-21T00:00:00"):
        assert client.post(f"{LIST}undo/", {"removed": nonsense}).status_code == 404
