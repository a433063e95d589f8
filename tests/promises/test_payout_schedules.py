"""Limits of schedules and quotes, changed: what is refused, and what is said, follows."""

from __future__ import annotations

import datetime as dt

import pytest

from banibs.core.money import Money
from payouts.providers.interface import PROVIDERS
from payouts.schedules.due_dates import Rule
from payouts.schedules.rules import today_of
from payouts.sending.refusals import PayoutRefused
from payouts.views import signed_quotes
from tests import market as scene
from tests.payouts.scenes import method
from tests.payouts.schedules.test_run import sets
from tests.promises.helpers import Change, holds

pytestmark = pytest.mark.django_db


@holds("payouts.SCHEDULES_OF_A_SHOP", "payouts.SCHEDULE_FURTHEST")
def test_a_shop_sets_as_many_schedules_and_as_far_ahead_as_policy_says(change: Change) -> None:
    kofi = scene.opened().kofi
    to = method(kofi)
    change("payouts.SCHEDULES_OF_A_SHOP", 1)
    change("payouts.SCHEDULE_FURTHEST", dt.timedelta(days=9))
    tenth = today_of(kofi) + dt.timedelta(days=10)
    with pytest.raises(PayoutRefused, match="at most 9 days ahead"):
        sets(kofi, to, Rule("once", on=tenth))
    assert sets(kofi, to, Rule("once", on=tenth - dt.timedelta(days=1))).pk
    with pytest.raises(PayoutRefused, match="A shop has at most 1 schedules"):
        sets(kofi, to, Rule("weekly", weekday=0))


@holds("payouts.QUOTE_SHOWN_FOR")
def test_a_quote_is_taken_as_long_after_it_was_shown_as_policy_says(change: Change) -> None:
    kofi, ten = scene.opened().kofi, Money(1_000, "GBP")
    shown = signed_quotes.sign(PROVIDERS.get("crypto").quote(method(kofi), ten))
    assert signed_quotes.confirmed(shown, ten)["sends"] == ten.amount
    assert signed_quotes.confirmed(shown, Money(1_001, "GBP")) == {}
    change("payouts.QUOTE_SHOWN_FOR", dt.timedelta(seconds=-1))
    assert signed_quotes.confirmed(shown, ten) == {}
