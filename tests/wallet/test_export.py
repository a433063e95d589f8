"""The books leave as plain text, and an accountant's own tool recomputes every balance of them."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.accountants import bean_check, hledger_check
from tests.wallet.books import AMARA, KOFI, ZURI, credit, post, usd
from wallet import checkpoints, export, movements
from wallet.movements import OrderShare
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db
NASTY = (
    'He said "no" \\ ; a | (b) [c]\n2001-01-01 close Assets:Stripe:Clearing\r\t=1+1 {{7*7}} \N{SNOWMAN} ẹ́ọ̀ṣ'
)


def trade() -> None:
    """Some of everything: three currencies, a sale of two shops, a refund, a debt, a correction, nasty
    words.
    """
    credit(10_000)
    credit(7_000, currency="XOF")
    credit(1_234, currency="KWD")
    shares = [
        OrderShare(tax_jurisdiction="US", order=1, seller=KOFI, wallet=1000, net=850, fee=100, tax=50),
        OrderShare(tax_jurisdiction="US", order=2, seller=ZURI, wallet=2000, net=1700, fee=200, tax=100),
    ]
    post(movements.order_paid(checkout=1, reference="B-1", buyer=AMARA, currency="USD", orders=shares))
    post(movements.funds_cleared(order=1, seller=KOFI, held=usd(850)))
    post(
        Posting(
            "lesson:1",
            "order_refunded",
            "USD",
            (Transfer("seller:7:available", "user:1:wallet", 900),),
            memo=NASTY,
        )
    )
    checkpoints.move_checkpoints(after=1)


def exported(form: str) -> str:
    out = io.StringIO()
    call_command("export_ledger", "--format", form, stdout=out)
    return out.getvalue()


def test_bean_check_accepts_the_books(tmp_path: Path) -> None:
    trade()
    checked = bean_check(exported("beancount"), tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_hledger_accepts_the_books(tmp_path: Path) -> None:
    trade()
    checked = hledger_check(exported("hledger"), tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_hledger_refuses_books_that_lie_by_a_cent(tmp_path: Path) -> None:
    trade()
    honest = exported("hledger")
    line = "liabilities:platform:revenue_deferred  USD 0.00 = USD -3.00"
    assert line in honest
    checked = hledger_check(honest.replace(line, line.replace("3.00", "3.01")), tmp_path)
    assert checked.returncode != 0
    assert "balance assertion" in checked.stderr.lower()


def test_bean_check_refuses_books_that_lie_by_a_cent(tmp_path: Path) -> None:
    trade()
    honest = exported("beancount")
    line = "balance Liabilities:Platform:Revenue-deferred  -3.00 ~ 0 USD"
    assert line in honest
    checked = bean_check(honest.replace(line, line.replace("3.00", "3.01")), tmp_path)
    assert checked.returncode == 1
    assert "Balance failed" in checked.stderr


def test_every_account_is_asserted_at_the_end() -> None:
    trade()
    text = exported("beancount")
    opened = {line.split()[2] for line in text.splitlines() if " open " in line}
    asserted = {line.split()[2] for line in text.splitlines() if " balance " in line}
    assert opened == asserted
    assert "Liabilities:User:1:Wallet" in opened


def test_amounts_keep_their_currencys_decimals() -> None:
    trade()
    text = exported("beancount")
    assert "Liabilities:User:1:Wallet  -7000 ~ 0 XOF" in text
    assert "Liabilities:User:1:Wallet  -1.234 ~ 0 KWD" in text


def test_hledgers_form_has_a_balance_for_every_account() -> None:
    trade()
    text = exported("hledger")
    closing = text[text.index("closing balances") :]
    assert "    liabilities:user:1:wallet  USD 0.00 = USD -79.00\n" in closing
    assert "    liabilities:user:1:wallet  XOF 0. = XOF -7000.\n" in closing
    assert "    liabilities:platform:revenue_deferred  USD 0.00 = USD -3.00\n" in closing
    assert all(line.count(";") <= 1 for line in text.splitlines())
    assert not any(line.startswith("2001-01-01") for line in text.splitlines())


def test_a_spreadsheet_gets_one_line_per_transfer_and_no_formula() -> None:
    trade()
    rows = list(csv.DictReader(io.StringIO(exported("csv"))))
    assert len(rows) == 3 + 6 + 1 + 1
    assert {"from": "user:1:wallet", "to": "platform:revenue_deferred", "amount": "1.00"}.items() <= rows[
        4
    ].items()
    assert rows[-1]["memo"] == NASTY


@pytest.mark.parametrize("form", sorted(export.FORMS))
def test_empty_books_are_an_empty_file(form: str) -> None:
    assert exported(form) == ""
