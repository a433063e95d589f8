"""Who is at home in the demo: two buyers, two of the staff, and the maker of every shop."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from banibs.dev.demo.goods import reading
from banibs.users import legal
from banibs.users.models import Address, Consent, User

PASSWORD = "banibs-demo"  # nosec B105  # printed by `make run`
BUYERS = {"buyer@banibs.test": "Temi Adeyemi", "buyer2@banibs.test": "Marcus Baptiste"}
STAFF = {"staff@banibs.test": "Ike Nwosu", "staff2@banibs.test": "Naledi Khumalo"}
SELLERS = ("seller@banibs.test", "seller2@banibs.test", "seller3@banibs.test")
# One address in each region; a buyer's first is the default. (line 1, line 2, town, county or state, postcode, country)
ADDRESSES = {
    "buyer@banibs.test": (
        ("14 Ashley Road", "", "Bristol", "", "BS6 5NP", "GB"),
        ("1180 Cascade Avenue SW", "Apt 4", "Atlanta", "GA", "30311", "US"),
        ("27 rue des Poissonniers", "", "Paris", "", "75018", "FR"),
        ("9 Adeola Odeku Street", "Victoria Island", "Lagos", "Lagos", "101241", "NG"),
        ("12 Ring Road East", "GA-094-1187", "Accra", "Greater Accra", "", "GH"),
        ("Ngong Road 48", "Adams Arcade", "Nairobi", "", "00505", "KE"),
        ("33 Lower Main Road", "Observatory", "Cape Town", "Western Cape", "7925", "ZA"),
        ("605 Eglinton Avenue West", "", "Toronto", "ON", "M5N 1C6", "CA"),
        ("18 Barbican Road", "", "Kingston 6", "St Andrew", "", "JM"),
        ("Rue 10, Point E", "près du marché", "Dakar", "", "", "SN"),
    ),
    "buyer2@banibs.test": (
        ("412 Malcolm X Boulevard", "3rd floor", "Brooklyn", "NY", "11233", "US"),
        ("86 Coldharbour Lane", "", "London", "", "SE5 9PU", "GB"),
        ("Oudezijds Voorburgwal 101", "", "Amsterdam", "", "1012 EM", "NL"),
        ("5 Bodija Estate Road", "", "Ìbàdàn", "Oyo", "200221", "NG"),
        ("House 7, Asokwa Close", "AK-021-4410", "Kumasi", "Ashanti", "", "GH"),
        ("Moi Avenue 12", "", "Mombasa", "", "80100", "KE"),
        ("71 Vilakazi Street", "Orlando West", "Soweto", "Gauteng", "1804", "ZA"),
        ("3480 rue Jean-Talon Ouest", "", "Montréal", "QC", "H3R 2E8", "CA"),
        ("4 Harbour Street", "", "Montego Bay", "St James", "", "JM"),
        ("Quartier Nord, rue Blaise-Dumont", "", "Saint-Louis", "", "", "SN"),
    ),
}

# Who else buys, so that the shops have customers: name, then one address.
CUSTOMERS = {
    "amina.diallo@banibs.test": ("Amina Diallo", ("22 boulevard Barbès", "", "Paris", "", "75018", "FR")),
    "kwesi.appiah@banibs.test": (
        "Kwesi Appiah",
        ("House 4, Osu Badu Street", "", "Accra", "Greater Accra", "", "GH"),
    ),
    "joy.okeke@banibs.test": (
        "Joy Okeke",
        ("17 Herbert Macaulay Way", "Yaba", "Lagos", "Lagos", "101212", "NG"),
    ),
    "tyrone.wallace@banibs.test": (
        "Tyrone Wallace",
        ("908 Lennox Street", "", "Baltimore", "MD", "21217", "US"),
    ),
    "simone.laurent@banibs.test": (
        "Simone Laurent",
        ("5140 avenue du Parc", "", "Montréal", "QC", "H2V 4G6", "CA"),
    ),
    "grace.njeri@banibs.test": ("Grace Njeri", ("Kilimani Road 31", "", "Nairobi", "", "00100", "KE")),
    "sipho.dube@banibs.test": (
        "Sipho Dube",
        ("14 Roodebloem Road", "Woodstock", "Cape Town", "Western Cape", "7925", "ZA"),
    ),
    "keisha.brown@banibs.test": ("Keisha Brown", ("61 Hope Road", "", "Kingston 6", "St Andrew", "", "JM")),
    "ousmane.fall@banibs.test": ("Ousmane Fall", ("Villa 88, Sicap Liberté 2", "", "Dakar", "", "", "SN")),
    "beverley.grant@banibs.test": ("Beverley Grant", ("3 Railton Road", "", "London", "", "SE24 0LU", "GB")),
    "daniel.mensah@banibs.test": (
        "Daniel Mensah",
        ("120 Moseley Road", "", "Birmingham", "", "B12 9AH", "GB"),
    ),
    "renee.thibodeaux@banibs.test": (
        "Renée Thibodeaux",
        ("2319 Bayou Road", "", "New Orleans", "LA", "70119", "US"),
    ),
    "andre.hill@banibs.test": ("André Hill", ("77 Kaiserstraße", "", "Frankfurt am Main", "", "60329", "DE")),
    "malika.jones@banibs.test": (
        "Malika Jones",
        ("440 Divisadero Street", "", "San Francisco", "CA", "94117", "US"),
    ),
}


def load() -> None:
    """Writes the people with verified addresses. All passwords are PASSWORD."""
    makers = {_email(n, shop.slug): shop.maker for n, shop in enumerate(reading.shops())}
    customers = {email: name for email, (name, _) in CUSTOMERS.items()}
    named = {**BUYERS, **makers, **STAFF, **customers}
    password = make_password(PASSWORD)  # one hash for all: two seconds less
    users = User.objects.bulk_create(
        User(email=email, name=name, password=password, is_staff=email in STAFF, is_superuser=email in STAFF)
        for email, name in named.items()
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    texts = list(legal.newest())
    Consent.objects.bulk_create(Consent(user=user, text=text) for user in users for text in texts)
    homes = {**ADDRESSES, **{email: (home,) for email, (_, home) in CUSTOMERS.items()}}
    Address.objects.bulk_create(
        _address(user, *row, first=n == 0)
        for user in users
        for n, row in enumerate(homes.get(user.email, ()))
    )


def makers() -> Mapping[str, User]:
    """The owners of the shops, by the shop's slug."""
    emails = {_email(n, shop.slug): shop.slug for n, shop in enumerate(reading.shops())}
    return {emails[user.email]: user for user in User.objects.filter(email__in=emails)}


def _email(number: int, slug: str) -> str:
    return SELLERS[number] if number < len(SELLERS) else f"{slug}@banibs.test"


def _address(
    user: User, line1: str, line2: str, city: str, region: str, postcode: str, country: str, *, first: bool
) -> Address:
    return Address(
        user=user, name=user.name, line1=line1, line2=line2, city=city, region=region, postcode=postcode,
        country=country, is_default=first,
    )  # fmt: skip
