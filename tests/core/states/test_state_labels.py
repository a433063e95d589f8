"""Every state that a page can show has a word, an icon and a tone."""

import pytest

from banibs.core.states import state_labels
from banibs.core.ui import icons
from marketplace.models import Order, Product, Seller
from payments.models import Payment, Refund

TONES = {"", "ok", "info", "warn", "bad"}


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        ("order", Order.Status.values),
        ("sale", Order.Status.values),
        ("listing", Product.Status.values),
        ("shop", Seller.Status.values),
        ("payment", Payment.Status.values),
        ("refund", Refund.Status.values),
    ],
)
def test_no_state_is_without_a_word(kind: str, states: list[str]) -> None:
    for state in states:
        assert state_labels.label(kind, state).say()


def test_every_icon_exists_and_every_tone_has_a_colour() -> None:
    for words in state_labels.LABELS.values():
        for word in words.values():
            assert word.tone in TONES
            assert icons.icon(word.icon).startswith("<svg")


def test_an_unknown_state_is_an_error_and_not_an_empty_badge() -> None:
    with pytest.raises(KeyError):
        state_labels.label("order", "lost")


def test_a_longer_form_carries_its_detail() -> None:
    assert state_labels.label("earnings", "pending").say("23 Nov") == "Clearing, until 23 Nov"
    assert state_labels.label("earnings", "pending").say() == "Clearing"
    assert state_labels.label("order", "paid").say("23 Nov") == "Paid"
