"""Countries by agreement: where Stripe has customers of its own, and where it pays recipients for a US platform."""

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import ApiError, InvalidRequest
from banibs.dev.stripe_sandbox.store import Object

_EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_FULL = "US:usd GB:gbp CA:cad CH:chf LI:chf CZ:czk DK:dkk HU:huf IS:isk NO:nok PL:pln RO:ron SE:sek"
_ELSEWHERE = (
    "AE:aed AU:aud HK:hkd JP:jpy MX:mxn NZ:nzd SG:sgd TH:thb"  # under either, but paid as recipients alone
)
_RECIPIENT = (
    "AG:xcd AL:all AM:amd AR:ars BA:bam BH:bhd BJ:xof BN:bnd BO:bob BS:bsd BW:bwp CI:xof CL:clp CO:cop CR:crc DO:dop "
    "EC:usd EG:egp ET:etb GH:ghs GM:gmd GT:gtq GY:gyd ID:idr IL:ils IN:inr JM:jmd JO:jod KE:kes KH:khr KR:krw KW:kwd "
    "LC:xcd LK:lkr MA:mad MC:eur MD:mdl MG:mga MK:mkd MN:mnt MO:mop MU:mur MY:myr NA:nad NG:ngn OM:omr PA:usd PE:pen "
    "PH:php PK:pkr PY:pyg QA:qar RS:rsd RW:rwf SA:sar SN:xof SV:usd TN:tnd TR:try TT:ttd TW:twd TZ:tzs UY:uyu UZ:uzs "
    "VN:vnd ZA:zar"
)


def _read(pairs: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in pairs.split())


FULL = dict.fromkeys(_EURO.split(), "eur") | _read(_FULL) | _read(_ELSEWHERE)
RECIPIENTS_ALONE = frozenset(_read(_ELSEWHERE))
CURRENCY_OF = _read(_RECIPIENT) | FULL


_EUROPE = frozenset(["GB", "CH", "LI", "CZ", "DK", "HU", "NO", "PL", "RO", "SE"]) | frozenset(_EURO.split())


def bank_currencies(country: str) -> list[str]:
    """In which currencies a seller's bank account may be, the country's own first. Recipients: their own alone."""
    more = ("eur", "gbp", "usd") if country in _EUROPE else ("usd",) if country == "CA" else ()
    return list(dict.fromkeys([CURRENCY_OF[country], *more]))


def check(ctx: Context, country: str, params: Object) -> None:
    """Refuse an account that Stripe would not open for a platform in the United States."""
    agreement = (params.get("tos_acceptance") or {}).get("service_agreement") or "full"
    wanted = [
        name for name, wish in (params.get("capabilities") or {}).items() if (wish or {}).get("requested")
    ]
    if country not in CURRENCY_OF:
        raise _no(
            f"{country} is not currently supported by Stripe. Check which country codes are available at "
            "https://stripe.com/global.", "country", code="country_unsupported",
        )  # fmt: skip
    if agreement == "full" and country not in FULL:
        raise _no(
            f"Connected accounts in {country} cannot be created by platforms in US. To learn more, see "
            "https://docs.stripe.com/connect/service-agreement-types.", "country", code="country_unsupported",
        )  # fmt: skip
    if agreement == "full":
        return
    if country == "US":
        said = "The recipient ToS agreement is not supported for platforms in US creating accounts in US."
        raise _no(said, "tos_acceptance[service_agreement]")
    if "card_payments" in wanted:
        said = "The recipient ToS agreement is not supported for accounts that request `card_payments`."
        raise _no(said, "tos_acceptance[service_agreement]")
    if not ctx.store.setting("recipients_allowed", True):
        raise InvalidRequest(
            "Your platform needs approval for accounts to have requested the `transfers` capability without the "
            "`card_payments` capability. If you would like to request transfers without card_payments, please "
            "contact us via https://support.stripe.com/contact."
        )


def _no(said: str, param: str, **fields: str) -> ApiError:
    return InvalidRequest(said, param=param, **fields)
