"""The database knows the chart too: a code outside it, or with another kind's flags, is no account there either."""

import pytest
from django.core.management import call_command

from wallet import accounts

pytestmark = pytest.mark.django_db
CODES = [
    "user:1:wallet", "user:1:reserved", "user:1:disputed", "seller:1:pending", "seller:1:available",
    "seller:1:disputed", "seller:1:in_transit", "seller:1:reserve", "seller:1:debt", "platform:revenue",
    "platform:tax:US-CA", "platform:tax_on_fees:GB", "platform:equity", "stripe:clearing", "bank:clearing",
    "stripe:disputes", "stripe:refunds", "stripe:unapplied",
]  # fmt: skip


def fits(code: str, *, floored: bool, stored: bool, capped: bool) -> bool:
    return accounts.shape().check({"code": code, "floored": floored, "stored": stored, "capped": capped})


@pytest.mark.parametrize("code", CODES)
def test_a_code_of_the_chart_has_the_flags_of_its_kind_and_no_others(code: str) -> None:
    kind = accounts.kind(code)
    flags = (kind.floored, kind.stored, kind.capped)
    every = [(a, b, c) for a in (True, False) for b in (True, False) for c in (True, False)]
    assert [one for one in every if fits(code, floored=one[0], stored=one[1], capped=one[2])] == [flags]


@pytest.mark.parametrize(
    "code", ["", "user:0:wallet", "user:1:purse", "platform:tax:us", "stripe:everything"]
)
def test_a_code_outside_the_chart_has_none(code: str) -> None:
    assert not fits(code, floored=True, stored=True, capped=False)
    assert not fits(code, floored=False, stored=False, capped=False)


def test_the_migrations_have_this_chart() -> None:
    call_command("makemigrations", "wallet", check=True, dry_run=True, verbosity=0)
