"""The questions of the hosted onboarding, step by step, and what answers them."""

from dataclasses import dataclass

from banibs.dev.stripe_sandbox.api.accounts.countries import bank_currencies
from banibs.dev.stripe_sandbox.api.accounts.requirements import WITHOUT_POSTCODES
from banibs.dev.stripe_sandbox.store import Object


@dataclass(frozen=True)
class Question:
    """One field: the requirement that it answers, its words, and how it is typed."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    complete: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    test: str = ""
    width: int = 6  # of six columns
    optional: bool = False


TRADES = (
    ("5699", "Clothing and accessories"),
    ("5944", "Jewellery"),
    ("5712", "Home and furniture"),
    ("5977", "Beauty and care"),
    ("5942", "Books and magazines"),
    ("5815", "Digital goods"),
    ("5499", "Food and drink"),
    ("5971", "Art and craft"),
)
TYPES = (("individual", "I sell as a person"), ("company", "I sell as a company"))
MONTHS = tuple(
    (str(number), name)
    for number, name in enumerate(
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        start=1,
    )
)

STEPS = (("business", "Business"), ("person", "You"), ("bank", "Bank"), ("review", "Check"))


def questions(step: str, account: Object, typed: dict[str, str]) -> list[Question]:
    """The questions of a step, for this country and this kind of business."""
    country = account["country"]
    if step == "business":
        company = (
            Question(
                "company.name", "Company’s registered name", complete="organization", test="Ada’s Shea Ltd"
            ),
            Question("company.tax_id", "Tax number of the company", test="000000000"),
            Question("company.phone", "Company’s phone", "tel", complete="tel", test="+15555550100"),
        )
        return [
            Question("business_type", "How do you sell?", "radio", choices=TYPES, test="individual"),
            Question("business_profile.mcc", "What do you sell?", "select", choices=TRADES, test="5699"),
            Question(
                "business_profile.url", "Your website or shop page", "url",
                "Your shop’s page on BANIBS will do.",
                "url", test="https://banibs.example/shop",
            ),
            *(company if typed.get("business_type") == "company" else ()),
        ]  # fmt: skip
    if step == "person":
        return _person(country)
    if step == "bank":
        return _bank(country)
    return []


def _person(country: str) -> list[Question]:
    number = (
        Question(
            "individual.ssn_last_4",
            "Last four digits of your Social Security number",
            hint="0000 is accepted.",
            test="0000",
        )
        if country == "US"
        else Question(
            "individual.id_number",
            "National identity number",
            hint="000000000 is accepted, 111111111 is not.",
            test="000000000",
        )
    )
    return [
        Question("individual.first_name", "First name", complete="given-name", test="Kofi", width=3),
        Question("individual.last_name", "Last name", complete="family-name", test="Mensah", width=3),
        Question("individual.email", "Email", "email", complete="email", test="kofi@example.com"),
        Question("individual.phone", "Phone", "tel", complete="tel", test="+15555550101"),
        Question("individual.dob.day", "Day of birth", "number", complete="bday-day", test="1", width=2),
        Question(
            "individual.dob.month",
            "Month",
            "select",
            choices=MONTHS,
            complete="bday-month",
            test="1",
            width=2,
        ),
        Question("individual.dob.year", "Year", "number", complete="bday-year", test="1985", width=2),
        Question(
            "individual.address.line1", "Home address", complete="address-line1", test="1 Oxford Street"
        ),
        Question("individual.address.city", "Town or city", complete="address-level2", test="Accra", width=3),
        Question(
            "individual.address.postal_code",
            "Postcode",
            complete="postal-code",
            test="00233",
            width=3,
            optional=country in WITHOUT_POSTCODES,
        ),
        number,
    ]


def _bank(country: str) -> list[Question]:
    routing = {
        "US": ("Routing number", "110000000"),
        "GB": ("Sort code", "108800"),
        "CA": ("Transit and institution", "11000-000"),
    }
    label, test = routing.get(country, ("Bank code", "110000"))
    currencies = [(code, code.upper()) for code in bank_currencies(country)]
    currency = Question(
        "bank.currency",
        "Currency of the account",
        "select",
        "What you earn in another currency cannot be paid out to it.",
        choices=tuple(currencies),
        test=currencies[0][0],
        optional=True,
    )
    return [
        *([currency] if len(currencies) > 1 else []),
        Question("bank.holder", "Account holder", complete="name", test="Kofi Mensah"),
        Question("bank.routing", label, test=test, optional=country not in routing),
        Question(
            "bank.number",
            "Account number or IBAN",
            hint="A test number: 000123456789 is paid, 000111111116 comes back (no account), 000111111113 too (closed).",
            test="000123456789",
        ),
    ]


def problem(question: Question, value: str) -> str | None:
    """What is wrong with an answer, in words; None where nothing is."""
    if not value:
        return None if question.optional else "Please fill this in."
    if question.choices and value not in dict(question.choices):
        return "Please choose one of these."
    if question.kind == "number":
        low, high = {"individual.dob.day": (1, 31)}.get(question.name, (1900, 2015))
        if not value.isdigit() or not low <= int(value) <= high:
            return f"Please give a number from {low} to {high}."
    if question.kind == "email" and "@" not in value:
        return "Please give an email address, such as kofi@example.com."
    if question.kind == "url" and not value.startswith(("http://", "https://")):
        return "Please begin with https://"
    if question.name == "individual.ssn_last_4" and not (value.isdigit() and len(value) == 4):
        return "Please give four digits."
    if question.name == "bank.number" and not (
        8 <= len(value.replace(" ", "")) <= 34 and value.replace(" ", "").isalnum()
    ):
        return "Please give a test account number, such as 000123456789."
    return None
