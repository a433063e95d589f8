"""Kofi sends what was paid, cancels what he cannot send, and finds a sale again."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from banibs.core import events
from banibs.core.models import Event
from marketplace.models import Order
from marketplace.orders import transitions
from payments.models import Refund
from payments.refunds import order_refunds
from tests import market as scene
from tests.seller_scene import at_desk, bought
from wallet import ledger

pytestmark = pytest.mark.django_db


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


class TestSending:
    def test_the_longest_waiting_stands_first_with_its_label_and_pieces(self) -> None:
        market = scene.opened()
        (new,) = bought(market, (market.basket, 1))
        (old,) = bought(market, (market.basket, 2))
        Order.objects.filter(pk=old.pk).update(paid_at=timezone.now() - timezone.timedelta(days=5))

        shown = text(at_desk(market.kofi).get(reverse("seller:pending")))

        assert shown.index(f'id="{old.number}"') < shown.index(f'id="{new.number}"')
        assert "paid 5 days ago".capitalize() in shown
        assert shown.count("Late") == 1
        for part in ("14 Ashley Road", "Bristol BS6 5NP", "United Kingdom", "2 items"):
            assert part in shown

    def test_home_and_this_page_count_the_same_of_an_order_with_files(self) -> None:
        market = scene.opened()
        bread = scene.listing(market.zuri, "Bread basket")
        (order,) = bought(market, (market.zine, 2), (bread, 1))
        desk = at_desk(market.zuri)

        for page in ("seller:home", "seller:pending"):
            shown = text(desk.get(reverse(page)))
            assert order.number in shown
            assert "1 item" in shown
            assert "3 items" not in shown.partition('id="latest"')[0]

    def test_files_alone_never_wait(self) -> None:
        market = scene.opened()
        bought(market, (market.zine, 1))

        assert "All sent" in text(at_desk(market.zuri).get(reverse("seller:pending")))

    def test_posting_is_an_event_with_carrier_and_number(self) -> None:
        market = scene.opened()
        (order,) = bought(market, (market.basket, 1))

        response = at_desk(market.kofi).post(
            reverse("seller:order_post", args=[order.number]),
            {"carrier": "Ghana Post", "tracking": "EE1GH", "from": "pending"},
        )

        assert response.headers["Location"] == reverse("seller:pending")
        order.refresh_from_db()
        assert (order.status, order.carrier, order.tracking) == ("fulfilled", "Ghana Post", "EE1GH")
        event = Event.objects.get(kind="order.fulfilled", subject_id=order.pk)
        assert (event.actor_type, event.actor_id) == ("seller", market.kofi.user_id)
        assert event.data == {"carrier": "Ghana Post", "tracking": "EE1GH"}

    def test_too_long_a_number_is_refused_beside_its_field_and_kept(self) -> None:
        market = scene.opened()
        (order,) = bought(market, (market.basket, 1))

        response = at_desk(market.kofi).post(
            reverse("seller:order_post", args=[order.number]), {"carrier": "DHL", "tracking": "x" * 81}
        )

        assert response.status_code == 400
        assert "x" * 81 in text(response)
        assert 'aria-invalid="true"' in text(response)
        order.refresh_from_db()
        assert order.status == "paid"

    def test_what_changed_meanwhile_is_409_with_how_it_stands_now(self) -> None:
        market = scene.opened()
        (order,) = bought(market, (market.basket, 1))
        client = at_desk(market.kofi)
        order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="test", user_id=None)

        response = client.post(reverse("seller:order_post", args=[order.number]))

        assert response.status_code == 409
        assert "changed while you had it open" in text(response)
        assert "Please do not send the parcel" in text(response)
        order.refresh_from_db()
        assert order.status == "canceled"


class TestCancelling:
    def test_the_page_says_what_goes_back_to_whom_before_anything_does(self) -> None:
        market = scene.opened(wallet=20_000)
        (order,) = bought(market, (market.basket, 2))

        shown = text(at_desk(market.kofi).get(reverse("payments:cancel_order", args=[order.number])))

        for amount in ("£102.00", "£77.00", "£8.00", "£17.00"):
            assert amount in shown
        order.refresh_from_db()
        assert order.status == "paid"
        assert not Refund.objects.exists()

    def test_the_file_adds_up_to_what_the_page_says_he_keeps(self) -> None:
        market = scene.opened(wallet=40_000)
        (sent,) = bought(market, (market.basket, 2))
        (gone,) = bought(market, (market.basket, 1))
        client = at_desk(market.kofi)
        client.post(reverse("payments:cancel_order", args=[gone.number]), {"reason": "damaged"})

        response = client.get(reverse("seller:orders_csv"))
        content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
        rows = {row["Order"]: row for row in csv.DictReader(io.StringIO(content))}

        assert rows[sent.number]["You keep"] == "77.00"
        assert rows[gone.number]["You keep"] == "0.00"
        assert rows[gone.number]["Refunded"] == gone.money(gone.total).plain
        assert rows[gone.number]["Status"] == "Cancelled"
        page = client.get(reverse("seller:orders"))
        shown = sum(row.kept.amount for row in page.context["rows"])
        assert shown == 7_700 == ledger.balance(f"seller:{market.kofi.pk}:pending", "GBP").amount
        assert "£0.00" in text(page)

    def test_cancelling_gives_everything_back_once(self) -> None:
        market = scene.opened(wallet=20_000)
        (order,) = bought(market, (market.basket, 2))
        client, url = at_desk(market.kofi), reverse("payments:cancel_order", args=[order.number])

        first = client.post(url, {"reason": "damaged", "note": "The rim is torn."})
        second = client.post(url, {"reason": "damaged"})

        assert first.headers["Location"] == reverse("seller:order", args=[order.number])
        assert second.status_code == 409
        assert "can no longer be cancelled" in text(second)
        order.refresh_from_db()
        assert order.status == "canceled"
        assert market.wallet() == 20_000
        assert ledger.balance(f"seller:{market.kofi.pk}:pending", "GBP").amount == 0
        assert Refund.objects.get().note == "The item is damaged. The rim is torn."
        market.basket.refresh_from_db()
        assert market.basket.stock == 10

    def test_what_is_on_its_way_cannot_be_cancelled(self) -> None:
        market = scene.opened(wallet=20_000)
        (order,) = bought(market, (market.basket, 1))
        transitions.fulfil(order.pk, actor=events.SYSTEM)

        response = at_desk(market.kofi).post(
            reverse("payments:cancel_order", args=[order.number]), {"reason": "other"}
        )

        assert response.status_code == 409
        assert not Refund.objects.exists()
        assert market.wallet() < 20_000

    @pytest.mark.parametrize("typed", [{}, {"note": "kept words"}, {"reason": "", "note": "kept words"}])
    def test_no_reason_is_chosen_for_him_and_without_one_nothing_happens(self, typed: dict[str, str]) -> None:
        market = scene.opened()
        (order,) = bought(market, (market.basket, 1))
        client, url = at_desk(market.kofi), reverse("payments:cancel_order", args=[order.number])
        assert " checked" not in client.get(url).content.decode()

        response = client.post(url, typed)

        assert response.status_code == 400
        shown = response.content.decode()
        reason = shown[shown.index('id="id_reason"') :]
        assert "Choose a reason. The buyer reads it." in reason[: reason.index("</fieldset>")]
        assert " checked" not in shown
        assert typed.get("note", "") in shown
        order.refresh_from_db()
        assert order.status == "paid"
        assert not Refund.objects.exists()


class TestOneSale:
    def test_the_steps_from_price_to_net_add_up(self) -> None:
        market = scene.opened()
        (order,) = bought(market, (market.basket, 2))

        response = at_desk(market.kofi).get(reverse("seller:order", args=[order.number]))

        steps = [step["amount"].amount for step in response.context["sums"]]
        assert sum(steps) == order.seller_net == 7_700
        line = response.context["lines"][0]
        assert (line["paid"].amount, line["tax"].amount, line["fee"].amount, line["net"].amount) == (
            9600,
            1600,
            800,
            7200,
        )

    def test_a_slip_has_the_address_and_the_pieces_and_no_price(self) -> None:
        market = scene.opened()
        (order,) = bought(market, (market.basket, 2))

        shown = text(at_desk(market.kofi).get(reverse("seller:order_slip", args=[order.number])))

        assert "14 Ashley Road" in shown
        assert "Bolga market basket" in shown
        assert "£" not in shown.partition("<main")[2].partition("</main>")[0]


class TestAllSales:
    def test_pages_turn_by_key_both_ways(self) -> None:
        market = scene.opened(wallet=5_000_000)
        scene.listing(market.kofi, "Strip", stock=None)
        for _n in range(26):
            market.basket.stock = 10
            market.basket.save()
            bought(market, (market.basket, 1))
        client, url = at_desk(market.kofi), reverse("seller:orders")

        first = client.get(url)
        assert len(first.context["rows"]) == 24
        assert first.context["pages"]["previous"] is None
        second = client.get(url + first.context["pages"]["next"])
        assert len(second.context["rows"]) == 2
        assert second.context["pages"]["next"] is None
        back = client.get(url + second.context["pages"]["previous"])

        assert [row.order.pk for row in back.context["rows"]] == [
            row.order.pk for row in first.context["rows"]
        ]
        seen = {row.order.pk for page in (first, second) for row in page.context["rows"]}
        assert len(seen) == 26

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", 2),
            ("?q=Amara", 2),
            ("?q=strip", 1),
            ("?q=nobody", 0),
            ("?status=posted", 1),
            ("?status=to-send", 1),
            ("?status=nonsense", 2),
            ("?period=7", 2),
            ("?period=1999-01", 0),
            ("?currency=USD", 0),
            ("?q=%00", 2),
            ("?before=abc&after=-1", 2),
            ("?before=99999999999999999999", 2),
        ],
    )
    def test_a_sale_is_found_again(self, query: str, found: int) -> None:
        market = scene.opened(wallet=100_000)
        strip = scene.listing(market.kofi, "Kente strip")
        bought(market, (market.basket, 1))
        (order,) = bought(market, (strip, 1))
        transitions.fulfil(order.pk, actor=events.SYSTEM)

        response = at_desk(market.kofi).get(reverse("seller:orders") + query)

        assert len(response.context["rows"]) == found

    def test_the_file_holds_every_figure_and_no_formula(self) -> None:
        market = scene.opened(wallet=100_000)
        market.amara.addresses.update(name="=HYPERLINK(evil)")
        (order,) = bought(market, (market.basket, 2))

        response = at_desk(market.kofi).get(reverse("seller:orders_csv"))

        content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
        (row,) = csv.DictReader(io.StringIO(content))
        assert row["Order"] == order.number
        assert row["Buyer"] == "'=HYPERLINK(evil)"
        assert (row["Goods"], row["Tax"], row["BANIBS fee"], row["You keep"]) == (
            "96.00",
            "17.00",
            "8.00",
            "77.00",
        )
        assert response.headers["Content-Disposition"].startswith("attachment")
