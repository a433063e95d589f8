"""Bank accounts at Wise: check digits are held, what people put between them is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts import countries
from payouts.methods import wise_fields
from payouts.methods.wise_fields import RECIPIENTS, Wrong, read_iban

FIELDS = {(currency, one.name): one for currency, kind in RECIPIENTS.items() for one in kind.fields}
GOOD = {
    ("EUR", "IBAN"): ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ("GBP", "sortCode"): ("40-30-20", "403020"),
    ("GBP", "accountNumber"): ("12 345 678", "12345678"),
    ("USD", "abartn"): ("111000025", "111000025"),
    ("CAD", "transitNumber"): ("04841", "04841"),
    ("NZD", "accountNumber"): ("01-0902-0068389-00", "0109020068389000"),
    ("NGN", "accountNumber"): ("0584412903", "0584412903"),
    ("ZAR", "swiftCode"): ("absazajj", "ABSAZAJJ"),
    ("INR", "ifscCode"): ("hdfc0000123", "HDFC0000123"),
    ("MXN", "clabe"): ("032180000118359719", "032180000118359719"),
}
BAD = {
    ("EUR", "IBAN"): ("DE89 3704 0044 0532 0130 01", "GB33BUKB2020155555555", "12345", ""),
    ("GBP", "sortCode"): ("40-30-2", "forty"),
    ("USD", "abartn"): ("111000026", "11100002"),
    ("USD", "accountType"): ("CURRENT",),
    ("NZD", "accountNumber"): ("01-0902-0068380-00",),
    ("ZAR", "swiftCode"): ("ABSA",),
    ("INR", "ifscCode"): ("HDFC1000123",),
    ("MXN", "clabe"): ("032180000118359710", "03218000011835971"),
}


@pytest.mark.parametrize("which", GOOD, ids=str)
def test_what_people_write_is_read_as_wise_takes_it(which: tuple[str, str]) -> None:
    typed, kept = GOOD[which]
    assert FIELDS[which].read(typed) == kept


@pytest.mark.parametrize("which", BAD, ids=str)
def test_a_wrong_digit_is_found_before_money_is_sent(which: tuple[str, str]) -> None:
    for typed in BAD[which]:
        with pytest.raises(Wrong) as refused:
            FIELDS[which].read(typed)
        assert refused.value.message


def test_every_currency_of_the_table_has_its_fields_and_no_other() -> None:
    assert {row.currency for row in countries.offered("wise")} == set(RECIPIENTS)
    for kind in RECIPIENTS.values():
        assert kind.account in {field.name for field in kind.fields}


@given(text=st.text(max_size=60))
def test_whatever_is_typed_for_an_account_is_read_or_refused_in_words(text: str) -> None:
    for field in FIELDS.values():
        try:
            kept = field.read(text)
        except Wrong:
            continue
        assert field.read(kept) == kept


@given(country=st.sampled_from(["DE", "GB", "FR", "NL"]), at=st.integers(2, 20), shift=st.integers(1, 9))
def test_one_wrong_digit_of_an_iban_is_always_found(country: str, at: int, shift: int) -> None:
    iban = {
        "DE": "DE89370400440532013000",
        "GB": "GB33BUKB20201555555555",
        "FR": "FR1420041010050500013M02606",
        "NL": "NL91ABNA0417164300",
    }[country]
    at = min(at, len(iban) - 1)
    if not iban[at].isdigit():
        return
    wrong = iban[:at] + str((int(iban[at]) + shift) % 10) + iban[at + 1 :]
    with pytest.raises(wise_fields.Wrong):
        read_iban(wrong)
