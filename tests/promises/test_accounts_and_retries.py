"""Promises about cards, wallets, accounts and second tries, changed: what happens changes with them."""

from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import Settings

from banibs.core import clock, idempotency
from banibs.core.jobs import event_delivery
from banibs.core.models import Delivery, Event, IdempotencyKey
from banibs.core.money import Money
from banibs.developers.views import KeyForm
from banibs.jobs import clear_old_rows
from banibs.notifications import emails
from banibs.notifications.models import Notice
from banibs.users.addresses import address_book
from banibs.users.models import Address
from payments.charges import limits
from payments.models import WebhookLog
from payments.webhooks import process
from tests import market as scene
from tests import people
from tests.promises.helpers import Change, holds
from wallet import approvals, demo_credit, filters
from wallet.models import Approval

pytestmark = pytest.mark.django_db


@holds("payments.CARD_MINIMUM", "payments.TOP_UP_LEAST", "payments.TOP_UP_MOST")
def test_a_card_is_charged_within_what_policy_says(change: Change) -> None:
    for name in ("CARD_MINIMUM", "TOP_UP_LEAST", "TOP_UP_MOST"):
        change(f"payments.{name}", {"USD": 77, "GBP": 66})
    assert (limits.card_minimum("GBP"), limits.card_minimum("CHF")) == (66, 77)
    assert [money.amount for money in limits.top_up_range("GBP")] == [66, 66]
    assert limits.too_small(65, "GBP")
    assert not limits.too_small(66, "GBP")


@holds("wallet.APPROVAL_LAPSES_AFTER")
def test_a_request_for_a_second_person_lapses_when_policy_says(change: Change) -> None:
    change("wallet.APPROVAL_LAPSES_AFTER", dt.timedelta(days=9))
    amara, ike = people.amara(), people.ike()
    asked = approvals.request_credit(
        requester=ike, user_id=amara.pk, name="Amara", amount=Money(60_000, "USD"), reason="Parcel came late"
    )
    scene.forward(days=8)
    assert approvals.expire_due() == 0
    scene.forward(days=2)
    assert approvals.expire_due() == 1
    asked.refresh_from_db()
    assert asked.status == Approval.Status.EXPIRED


@holds("payments.CARD_MAXIMUM")
def test_a_card_takes_at_most_what_policy_says(change: Change) -> None:
    change("payments.CARD_MAXIMUM", 777)
    assert limits.card_most("GBP") == Money(777, "GBP")
    assert (limits.too_large(777), limits.too_large(778)) == (False, True)


@holds("wallet.TWO_PERSON_LIMIT")
def test_one_person_gives_alone_what_policy_says(change: Change) -> None:
    change("wallet.TWO_PERSON_LIMIT", {"USD": 70_000})
    amara, ike = people.amara(), people.ike()
    states = [
        approvals.request_credit(
            requester=ike, user_id=amara.pk, name="Amara", amount=Money(amount, currency), reason="Late"
        ).status
        for amount, currency in ((70_000, "USD"), (1, "USD"), (1, "GBP"))
    ]
    assert states == ["approved", "requested", "requested"]


@holds("wallet.DEMO_CREDIT_UNITS", "wallet.DEMO_CREDITS_PER_DAY")
def test_play_money_is_as_much_and_as_often_as_policy_says(change: Change) -> None:
    amara = people.amara()
    change("wallet.DEMO_CREDIT_UNITS", 7)
    assert demo_credit.credit(user=amara.pk, currency="GBP") == Money(700, "GBP")
    change("wallet.DEMO_CREDITS_PER_DAY", 1)
    with pytest.raises(demo_credit.Enough):
        demo_credit.credit(user=amara.pk, currency="GBP")


@holds("wallet.STATEMENT_MONTHS")
def test_the_list_of_months_goes_as_far_back_as_policy_says(change: Change) -> None:
    change("wallet.STATEMENT_MONTHS", 3)
    ends = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert len(filters.months(*ends)) == 3


@holds("users.ADDRESS_BOOK_MOST")
def test_the_address_book_holds_what_policy_says(change: Change) -> None:
    market = scene.opened()
    change("users.ADDRESS_BOOK_MOST", 1)
    with pytest.raises(address_book.Full):
        address_book.add(market.amara, Address(name="Amara", country="GB"))


@holds("core.IDEMPOTENCY_KEYS_KEPT_FOR", "core.IDEMPOTENCY_KEY_MOST_CHARACTERS")
def test_keys_are_kept_as_long_and_may_be_as_long_as_policy_says(change: Change) -> None:
    amara = people.amara()

    def once(key: str) -> idempotency.Answer:
        return idempotency.once(
            user_id=amara.pk, scope="test", key=key, request={}, effect=lambda: idempotency.Answer(200, {})
        )

    change("core.IDEMPOTENCY_KEY_MOST_CHARACTERS", 4)
    with pytest.raises(idempotency.KeyMissing):
        once("12345")
    once("1234")
    change("core.IDEMPOTENCY_KEYS_KEPT_FOR", dt.timedelta(days=3))
    scene.forward(days=2)
    clear_old_rows()
    assert IdempotencyKey.objects.count() == 1
    scene.forward(days=2)
    clear_old_rows()
    assert IdempotencyKey.objects.count() == 0


@holds("core.EVENT_MOST_ATTEMPTS", "core.RETRY_FIRST_WAIT", "core.EVENTS_AT_ONCE")
def test_a_reaction_is_tried_as_often_and_as_late_as_policy_says(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Delivery.objects.create(
        event=Event.objects.create(kind="x", subject_type="x", subject_id=1), subscriber="x"
    )
    change("core.EVENT_MOST_ATTEMPTS", 2)
    change("core.RETRY_FIRST_WAIT", dt.timedelta(hours=1))
    change("core.EVENTS_AT_ONCE", 0)
    assert event_delivery.deliver_due(batch=None) == 0
    change("core.EVENTS_AT_ONCE", 1)
    assert event_delivery.deliver_due() == 1
    row.refresh_from_db()
    assert dt.timedelta(minutes=119) < row.due_at - clock.now() <= dt.timedelta(hours=2)
    scene.forward(hours=2, minutes=1)
    assert event_delivery.deliver_due() == 1
    row.refresh_from_db()
    assert row.status == Delivery.Status.DEAD


@holds("notifications.EMAIL_MOST_ATTEMPTS", "core.RETRY_FIRST_WAIT", "notifications.EMAILS_AT_ONCE")
def test_an_email_is_tried_as_often_and_as_late_as_policy_says(change: Change, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "no.such.Backend"
    notice = Notice.objects.create(
        event=Event.objects.create(kind="x", subject_type="x", subject_id=1),
        user=people.amara(),
        kind="order_failed",
        url="/",
        data={},
        letter=Notice.Letter.DUE,
        letter_due_at=clock.now(),
    )
    change("notifications.EMAIL_MOST_ATTEMPTS", 2)
    change("core.RETRY_FIRST_WAIT", dt.timedelta(hours=1))
    change("notifications.EMAILS_AT_ONCE", 1)
    assert emails.send_due() == 1
    notice.refresh_from_db()
    assert notice.letter == Notice.Letter.DUE
    assert notice.letter_due_at is not None
    assert notice.letter_due_at > clock.now() + dt.timedelta(minutes=119)
    scene.forward(hours=3)
    assert emails.send_due() == 1
    notice.refresh_from_db()
    assert notice.letter == Notice.Letter.GIVEN_UP


@holds("payments.WEBHOOK_MOST_RETRIES", "payments.WEBHOOKS_SWEPT_AT_ONCE")
def test_an_event_of_stripe_is_tried_as_often_as_policy_says(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = WebhookLog.objects.create(
        external_id="evt_1", type="charge.updated", payload={}, next_retry_at=clock.now()
    )
    change("payments.WEBHOOK_MOST_RETRIES", 1)

    def fails(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(process, "_look", fails)
    states = []
    for _ in range(2):
        assert process.due_events() == [row.pk]
        process.process_event(row.pk)
        row.refresh_from_db()
        states.append(row.status)
        scene.forward(hours=1)
    assert states == ["failed", "dead"]
    WebhookLog.objects.update(status="pending", next_retry_at=clock.now())
    change("payments.WEBHOOKS_SWEPT_AT_ONCE", 0)
    assert process.due_events(limit=None) == []


@holds("developers.KEY_LIVES_DAYS", "developers.KEY_LIFE_DAYS_AT_FIRST")
def test_a_key_lives_as_long_as_its_maker_chooses_from_policy(change: Change) -> None:
    change("developers.KEY_LIVES_DAYS", (12, 365))
    change("developers.KEY_LIFE_DAYS_AT_FIRST", 12)
    form = KeyForm(user=people.amara())
    assert [value for value, _label in form.fields["lasts"].choices] == ["12", "365", "ever"]  # type: ignore[attr-defined]
    assert form["lasts"].value() == "12"
