"""What Wise must know of a bank account, by the currency that arrives there, and whether what was typed can be one.

The names are those of Wise's recipients. Source: docs.wise.com/api-reference/recipient.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.nz import bankaccount as nz_account
from stdnum.us import rtn

Words = str | Promise


class Wrong(ValueError):
    """What was typed cannot be that; `message` says why."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class Field:
    """One field of a recipient. `read` gives it as Wise takes it, or raises Wrong."""

    name: str
    label: Words
    hint: Words
    read: Callable[[str], str]
    choices: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True)
class Recipient:
    """A kind of bank account. `account` names the field whose last signs are shown."""

    type: str
    fields: tuple[Field, ...]
    account: str


def digits(text: str) -> str:
    """What was typed without the spaces, dots and hyphens that people put into numbers."""
    return re.sub(r"[\s./–-]", "", text)


def _of_digits(least: int, most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        plain = digits(text)
        if not (plain.isascii() and plain.isdigit() and least <= len(plain) <= most):
            how_many = (
                str(least) if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}
            )
            raise Wrong(_("This number has %(count)s digits.") % {"count": how_many})
        return plain

    return read


def read_iban(text: str) -> str:
    """An IBAN without spaces. Raises Wrong: not its country's length, or its check digits do not fit."""
    from schwifty import IBAN  # its register of banks is read once, when the first IBAN is typed
    from schwifty.exceptions import InvalidChecksumDigits, SchwiftyException

    plain = digits(text).upper()
    try:
        return str(IBAN(plain, validate_bban=True))
    except InvalidChecksumDigits as error:
        raise Wrong(_("A sign of this IBAN is wrong: its check digits do not fit. Type it again.")) from error
    except (SchwiftyException, ValueError) as error:
        raise Wrong(
            _("This is no IBAN. It begins with two letters, such as DE89 3704 0044 0532 0130 00.")
        ) from error


def _routing_number(text: str) -> str:
    plain = _of_digits(9, 9)(text)
    if not rtn.is_valid(plain):
        raise Wrong(_("A digit of this routing number is wrong: its check digit does not fit."))
    return plain


def _nz_account(text: str) -> str:
    if not nz_account.is_valid(text):
        raise Wrong(_("This is no account number of New Zealand, such as 01-0902-0068389-00."))
    return str(nz_account.compact(text))


def _clabe(text: str) -> str:
    """18 digits, the last of which checks the others (weights 3, 7, 1)."""
    plain = _of_digits(18, 18)(text)
    total = sum(
        int(sign) * weight % 10 for sign, weight in zip(plain[:17], ((3, 7, 1) * 6)[:17], strict=True)
    )
    if -total % 10 != int(plain[17]):
        raise Wrong(_("A digit of this CLABE is wrong: its check digit does not fit."))
    return plain


def _matching(shape: str, message: Words) -> Callable[[str], str]:
    pattern = re.compile(shape)

    def read(text: str) -> str:
        plain = digits(text).upper()
        if not pattern.fullmatch(plain):
            raise Wrong(str(message))
        return plain

    return read


def _bic(text: str) -> str:
    from schwifty import BIC
    from schwifty.exceptions import SchwiftyException

    try:
        return str(BIC(digits(text).upper()))
    except (SchwiftyException, ValueError) as error:
        raise Wrong(_("This is no SWIFT code. It has 8 or 11 signs, such as ABSAZAJJ.")) from error


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise Wrong(_("Choose one of these."))
        return text

    return read


_NUMBER = gettext_lazy("Account number")
_IBAN = Recipient(
    "iban", (Field("IBAN", "IBAN", gettext_lazy("Such as DE89 3704 0044 0532 0130 00."), read_iban),), "IBAN"
)


def _kind(*values: str) -> Field:
    names = (gettext_lazy("Current or checking account"), gettext_lazy("Savings account"))
    return Field(
        "accountType",
        gettext_lazy("Kind of account"),
        "",
        _one_of(*values),
        tuple(zip(values, names, strict=True)),
    )


def _account(least: int, most: int, hint: Words = "") -> Field:
    return Field("accountNumber", _NUMBER, hint, _of_digits(least, most))


def _bank_code(least: int, most: int, hint: Words) -> Field:
    return Field("bankCode", gettext_lazy("Bank code"), hint, _of_digits(least, most))


RECIPIENTS: dict[str, Recipient] = {
    **dict.fromkeys(("EUR", "CHF", "CZK", "DKK", "HUF", "NOK", "PLN", "RON", "SEK"), _IBAN),
    "GBP": Recipient(
        "sort_code",
        (
            Field(
                "sortCode",
                gettext_lazy("Sort code"),
                gettext_lazy("Six digits, such as 40-30-20."),
                _of_digits(6, 6),
            ),
            _account(8, 8, gettext_lazy("Eight digits.")),
        ),
        "accountNumber",
    ),
    "USD": Recipient(
        "aba",
        (
            Field(
                "abartn", gettext_lazy("Routing number (ACH)"), gettext_lazy("Nine digits."), _routing_number
            ),
            _account(4, 17),
            _kind("CHECKING", "SAVINGS"),
        ),
        "accountNumber",
    ),
    "CAD": Recipient(
        "canadian",
        (
            Field(
                "institutionNumber",
                gettext_lazy("Institution number"),
                gettext_lazy("Three digits."),
                _of_digits(3, 3),
            ),
            Field(
                "transitNumber",
                gettext_lazy("Transit number"),
                gettext_lazy("Five digits."),
                _of_digits(5, 5),
            ),
            _account(7, 12),
            _kind("Checking", "Savings"),
        ),
        "accountNumber",
    ),
    "AUD": Recipient(
        "australian",
        (
            Field("bsbCode", "BSB", gettext_lazy("Six digits, such as 023-604."), _of_digits(6, 6)),
            _account(4, 9),
        ),
        "accountNumber",
    ),
    "NZD": Recipient(
        "newzealand",
        (Field("accountNumber", _NUMBER, gettext_lazy("Such as 01-0902-0068389-00."), _nz_account),),
        "accountNumber",
    ),
    "NGN": Recipient(
        "nigeria",
        (
            _bank_code(3, 6, gettext_lazy("Such as 044 for Access Bank.")),
            _account(10, 10, gettext_lazy("Ten digits (NUBAN).")),
        ),
        "accountNumber",
    ),
    "GHS": Recipient(
        "ghana",
        (_bank_code(6, 6, gettext_lazy("Six digits, such as 030100.")), _account(8, 17)),
        "accountNumber",
    ),
    "KES": Recipient(
        "kenya_local",
        (_bank_code(2, 2, gettext_lazy("Two digits, such as 35.")), _account(6, 16)),
        "accountNumber",
    ),
    "ZAR": Recipient(
        "southafrica",
        (
            Field(
                "swiftCode",
                gettext_lazy("SWIFT code"),
                gettext_lazy("8 or 11 signs, such as ABSAZAJJ."),
                _bic,
            ),
            _account(7, 16),
        ),
        "accountNumber",
    ),
    "INR": Recipient(
        "indian",
        (
            Field(
                "ifscCode",
                "IFSC",
                gettext_lazy("Eleven signs, such as HDFC0000123."),
                _matching(
                    "[A-Z]{4}0[A-Z0-9]{6}",
                    gettext_lazy("An IFSC has four letters, a zero, and six more signs."),
                ),
            ),
            _account(8, 18),
        ),
        "accountNumber",
    ),
    "MXN": Recipient("mexican", (Field("clabe", "CLABE", gettext_lazy("18 digits."), _clabe),), "clabe"),
}
# Of a recipient in the USA Wise asks the address too.
ADDRESS_ASKED = frozenset({"USD"})
