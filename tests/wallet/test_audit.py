"""`verify_ledger` holds on good books, and names each thing that breaks: every check is made to fail once."""

import io
import json
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection

from banibs.core import audit
from banibs.core import policy as core_policy
from tests.wallet.books import broken, credit, post, usd
from wallet import movements
from wallet.audit import CHECKS

pytestmark = pytest.mark.django_db

ADD_ONE = "UPDATE wallet_transfer SET amount = amount + 1 WHERE id = (SELECT max(id) FROM wallet_transfer)"
BREAKS = {
    "wallet.sums_to_zero": ADD_ONE,
    "wallet.balance_is_its_transfers": "UPDATE wallet_account SET balance = balance + 1 WHERE code = 'user:1:wallet'",
    "wallet.floors": """
        ALTER TABLE wallet_account DROP CONSTRAINT wallet_account_floor;
        UPDATE wallet_account SET balance = -5 WHERE code = 'user:1:wallet'""",
    "wallet.running_balances": "UPDATE wallet_transfer SET target_balance = target_balance + 1",
    "wallet.references": "DELETE FROM wallet_account WHERE code = 'user:1:reserved'",
    "wallet.balances_where_stored": "UPDATE wallet_transfer SET source_balance = 0 WHERE source_balance IS NULL",
    "wallet.movements_whole": """
        INSERT INTO wallet_movement (key, kind, fingerprint, reference, actor, memo)
        VALUES ('lesson:1', 'order_paid', '', '', 'system', '')""",
    "wallet.fingerprints": "UPDATE wallet_transfer SET subject = 'order:99' WHERE subject = 'payment:4'",
    "wallet.reversals": "UPDATE wallet_movement SET reverses_id = id",
    "wallet.balance_is_its_last_line": "UPDATE wallet_account SET balance = balance + 1 WHERE code = 'user:1:wallet'",
    "wallet.not_ahead_of_the_clock": "UPDATE wallet_account SET moved_at = moved_at + interval '5 years'",
    "wallet.seals": "UPDATE wallet_movement SET memo = 'For my friend' WHERE kind = 'demo_credited'",
    "wallet.kinds_known": "UPDATE wallet_movement SET kind = 'bonus' WHERE kind = 'demo_credited'",
    "wallet.demo_credits": "UPDATE wallet_account SET code = 'user:2:wallet' WHERE code = 'user:1:wallet'",
    "wallet.treasury": "UPDATE wallet_movement SET kind = 'treasury_moved' WHERE kind = 'demo_credited'",
    "wallet.revenue_withdrawn": "UPDATE wallet_movement SET kind = 'revenue_withdrawn' WHERE kind = 'demo_credited'",
    "wallet.tax_remitted": "UPDATE wallet_movement SET kind = 'tax_remitted' WHERE kind = 'demo_credited'",
    "wallet.reclassified": "UPDATE wallet_movement SET kind = 'reclassified' WHERE kind = 'demo_credited'",
    "wallet.two_people": """
        ALTER TABLE wallet_approval DROP CONSTRAINT wallet_approval_two_people;
        INSERT INTO wallet_approval
               (action, payload, payload_hash, reason, decision_note, status, expires_at, requester_id, decider_id,
                decided_at)
        VALUES ('credit_wallet', '{"user": 1, "amount": 1, "currency": "USD"}', '', 'Mine', '', 'approved', now(),
                2, 2, now())""",
    "wallet.alone_within_limits": """
        INSERT INTO wallet_approval
               (action, payload, payload_hash, reason, decision_note, status, expires_at, requester_id, decided_at,
                subject, currency, amount, alone_limit)
        SELECT 'credit_wallet', '{"user": 1, "amount": 400, "currency": "USD"}', '', 'Late', '', 'approved', now(), 2,
               now(), 'user:1', 'USD', 400, 500 FROM generate_series(1, 2)""",
    "wallet.approvals_unaltered": """
        INSERT INTO wallet_approval (action, payload, payload_hash, reason, decision_note, status, expires_at, requester_id)
        VALUES ('credit_wallet', '{"user": 1, "amount": 1, "currency": "USD"}', '', 'Late', '', 'requested', now(), 2)""",
    "wallet.pauses_lifted_by_two": """
        INSERT INTO wallet_payoutpause (key, reason, opened_by, lifted_at, lifted_by, note)
        VALUES ('ledger_check:wallet.floors', 'Below zero', 'system', now(), 'staff:2', 'Mended')""",
    "wallet.adjustments_approved": """
        INSERT INTO wallet_approval
               (action, payload, payload_hash, reason, decision_note, status, expires_at, requester_id, decider_id,
                decided_at)
        VALUES ('credit_wallet', '{"user": 1, "amount": 1, "currency": "USD"}', '', 'Late', '', 'approved', now(),
                1, 2, now())""",
}


@pytest.fixture(autouse=True)
def good_books(db: None) -> None:
    credit(5000)
    post(movements.wallet_reserved(payment=4, attempt=1, buyer=1, amount=usd(2000)))
    credit(700, currency="GBP")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert broken() == []


def break_books(sql: str) -> None:
    """Does what the triggers refuse."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_every_check_has_a_way_to_break() -> None:
    assert set(BREAKS) == {check.name for check in CHECKS if check.applies is None}


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_each_check_finds_what_it_is_for(name: str) -> None:
    break_books(BREAKS[name])
    assert name in broken()


@pytest.mark.parametrize("name", sorted(check.name for check in CHECKS if check.quick or check.recent))
def test_what_is_asked_every_ten_minutes_finds_it_too(name: str) -> None:
    if name in BREAKS:
        break_books(BREAKS[name])
    since = dict.fromkeys(audit.tables(CHECKS), 0)
    found = {one.check.name for one in audit.run_quick(CHECKS, since) if not one.holds}
    assert (name in found) == (name in BREAKS)


def verify(*options: str) -> tuple[int, str]:
    """The exit status and what was printed."""
    out = io.StringIO()
    try:
        call_command("verify_ledger", *options, stdout=out)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_what_holds(settings: LazySettings) -> None:
    settings.LEDGER_AUDITS = ["wallet.audit.CHECKS"]  # the other rooms' books are empty here
    status, text = verify()
    assert status == 0
    assert text.endswith("all hold.\n")
    assert all(check.name in text for check in CHECKS if check.applies is None)


def test_the_command_names_the_rows_that_break_and_exits_1(settings: LazySettings) -> None:
    settings.LEDGER_AUDITS = ["wallet.audit.CHECKS"]
    break_books(BREAKS["wallet.balance_is_its_transfers"])
    status, text = verify()
    assert status == 1
    assert "BROKEN  wallet.balance_is_its_transfers" in text
    assert "code=user:1:wallet" in text

    status, text = verify("--json")
    told = json.loads(text)
    assert (status, told["ok"]) == (1, False)
    wrong = {check["name"]: check for check in told["checks"] if not check["holds"]}
    assert wrong["wallet.balance_is_its_transfers"]["broken"] == 2
    assert wrong["wallet.balance_is_its_transfers"]["rows"][0]["code"] == "user:1:wallet"


def test_the_quick_command_asks_less_and_finds_a_balance_that_was_changed(settings: LazySettings) -> None:
    settings.LEDGER_AUDITS = ["wallet.audit.CHECKS"]
    status, text = verify("--quick")
    assert status == 0
    assert "wallet.balance_is_its_last_line" in text
    assert "wallet.running_balances" not in text
    break_books(BREAKS["wallet.balance_is_its_transfers"])
    assert verify("--quick")[0] == 1


def test_many_broken_rows_are_counted_and_the_first_are_shown() -> None:
    many = audit.Check("lesson.many", "There are no numbers.", "SELECT n FROM generate_series(1, 1000) n")
    (found,) = audit.run([many])
    assert (found.broken, len(found.rows), found.holds) == (1000, core_policy.AUDIT_ROWS_SHOWN, False)


def test_every_room_with_an_audit_is_listed() -> None:
    rooms = [
        config.name
        for config in apps.get_app_configs()
        if str(config.path).startswith(str(django_settings.BASE_DIR))
    ]
    audits = {f"{name}.audit.CHECKS" for name in rooms if find_spec(f"{name}.audit")} - {
        "banibs.core.audit.CHECKS"  # the machinery; of its own the core has the guards
    }
    assert audits | {"banibs.core.guards.CHECKS"} == set(django_settings.LEDGER_AUDITS)


def test_no_two_checks_share_a_name() -> None:
    names = [check.name for check in audit.checks()]
    assert len(names) == len(set(names))
