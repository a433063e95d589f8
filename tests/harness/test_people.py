"""The people of every story."""

from banibs.users.models import User
from marketplace.models import Seller


def test_everybody_is_there(amara: User, kofi: Seller, zuri: Seller, ike: User) -> None:
    assert amara.email_is_verified()
    assert {kofi.country, zuri.country} == {"GH", "KE"}
    assert ike.is_staff
