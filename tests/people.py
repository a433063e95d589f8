"""Amara buys; Kofi and Zuri sell; Ike is staff. Everybody's password is PASSWORD, every address is verified,
everybody agreed to the terms.
"""

from allauth.account.models import EmailAddress

from banibs.users import legal
from banibs.users.models import User
from marketplace.models import Seller

PASSWORD = "a calm indigo river"


def person(email: str, *, name: str, staff: bool = False) -> User:
    """An account with a verified address."""
    user = User.objects.create_user(email, PASSWORD, name=name, is_staff=staff, is_superuser=staff)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    legal.record_consent(user)
    return user


def shop(user: User, *, slug: str, name: str, country: str, city: str) -> Seller:
    """A shop that is open."""
    return Seller.objects.create(
        user=user, slug=slug, name=name, country=country, city=city, status=Seller.Status.ACTIVE
    )


def amara() -> User:
    """Amara Okafor of London, who buys."""
    return person("amara@example.com", name="Amara Okafor")


def kofi() -> Seller:
    """Kofi's shop in Accra."""
    user = person("kofi@example.com", name="Kofi Mensah")
    return shop(user, slug="kofi-weaves", name="Kofi Weaves", country="GH", city="Accra")


def zuri() -> Seller:
    """Zuri's shop in Nairobi."""
    user = person("zuri@example.com", name="Zuri Wanjiru")
    return shop(user, slug="zuri-sounds", name="Zuri Sounds", country="KE", city="Nairobi")


def ike() -> User:
    """Ike, who is staff."""
    return person("ike@example.com", name="Ike Adeyemi", staff=True)
