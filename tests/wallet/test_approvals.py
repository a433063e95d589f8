"""Ike wants to give Amara 600.00; Ada must agree. Nobody alone, nobody twice, nothing altered on the way."""

import datetime as dt
import time

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import QuerySet

from banibs.core.models import Event
from banibs.core.money import Money
from banibs.core.states.state_machine import InvalidTransition
from banibs.users.models import User
from tests import people
from tests.wallet.books import balances, broken, counts, usd
from tests.wallet.children import at_once
from wallet import approvals, payout_pause
from wallet.approvals import decisions
from wallet.approvals.action import Action
from wallet.models import Approval, PayoutPause

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> User:
    return people.person("ada@example.com", name="Ada Bello", staff=True)


@pytest.fixture
def asked(ike: User, amara: User) -> Approval:
    return approvals.request_credit(
        requester=ike, user_id=amara.pk, name="Amara", amount=usd(60_000), reason="Parcel came late"
    )


def behind_the_guards(rows: QuerySet[Approval], **changes: object) -> None:
    """Changes what the database refuses to change."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        rows.update(**changes)
        cursor.execute("SET LOCAL session_replication_role = origin")


def nothing_moved() -> None:
    assert counts() == (0, 0, 0)
    assert broken() == []


def test_asking_moves_nothing(asked: Approval) -> None:
    assert asked.status == "requested"
    nothing_moved()


def test_a_second_person_agrees_and_it_is_done(asked: Approval, ike: User, ada: User, amara: User) -> None:
    done = approvals.approve(asked.pk, decider=ada, note="Seen the parcel's tracking")
    assert (done.status, done.decider) == ("approved", ada)
    assert balances() == {"platform:goodwill": -60_000, f"user:{amara.pk}:wallet": 60_000}
    assert broken() == []
    told = Event.objects.filter(subject_type="approval", subject_id=asked.pk).order_by("id")
    assert [(one.kind, one.actor_id) for one in told] == [
        ("approval.requested", ike.pk),
        ("approval.approved", ada.pk),
    ]


def test_nobody_agrees_with_themselves(asked: Approval, ike: User) -> None:
    with pytest.raises(approvals.NotAllowed):
        approvals.approve(asked.pk, decider=ike)
    nothing_moved()


def test_the_database_too_wants_two_people(asked: Approval, ike: User) -> None:
    with pytest.raises(IntegrityError, match="wallet_approval_two_people"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(
            decider=ike, status="approved", decided_at=dt.datetime.now(dt.UTC)
        )


def test_the_database_wants_a_decider_for_a_decision(asked: Approval) -> None:
    with pytest.raises(IntegrityError, match="wallet_approval_decided"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(status="approved")


def test_whoever_gains_does_not_decide(ike: User, ada: User) -> None:
    asked = approvals.request_credit(
        requester=ike, user_id=ada.pk, name="Ada", amount=usd(60_000), reason="Late"
    )
    with pytest.raises(approvals.NotAllowed):
        approvals.approve(asked.pk, decider=ada)
    with pytest.raises(approvals.NotAllowed):
        approvals.request_credit(requester=ike, user_id=ike.pk, name="Ike", amount=usd(60_000), reason="Late")
    nothing_moved()


def test_it_is_decided_once(asked: Approval, ada: User, amara: User) -> None:
    approvals.approve(asked.pk, decider=ada)
    before = counts()
    for verb in (approvals.approve, approvals.refuse):
        with pytest.raises(InvalidTransition):
            verb(asked.pk, decider=ada, note="Again")
    assert counts() == before


def test_a_refusal_moves_nothing_and_stays(asked: Approval, ada: User) -> None:
    approvals.refuse(asked.pk, decider=ada, note="It came on time")
    with pytest.raises(InvalidTransition):
        approvals.approve(asked.pk, decider=ada)
    nothing_moved()


@pytest.mark.parametrize("change", [{"amount": 90_000}, {"currency": "KWD"}, {"user": 1}])
def test_a_request_altered_after_it_was_made_is_not_done(
    asked: Approval, ada: User, change: dict[str, object]
) -> None:
    behind_the_guards(Approval.objects.filter(pk=asked.pk), payload={**asked.payload, **change})
    with pytest.raises(approvals.Tampered):
        approvals.approve(asked.pk, decider=ada)
    asked.refresh_from_db()
    assert asked.status == "requested"
    assert counts() == (0, 0, 0)
    assert broken() == ["wallet.approvals_unaltered"]


def test_a_request_lapses_after_a_week(asked: Approval, ada: User) -> None:
    assert approvals.expire_due() == 0
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_clockoffset (id, \"offset\") VALUES (1, interval '7 days 1 second')")
    with pytest.raises(InvalidTransition):
        approvals.approve(asked.pk, decider=ada)
    assert approvals.expire_due() == 1
    asked.refresh_from_db()
    assert asked.status == "expired"
    nothing_moved()


@pytest.mark.parametrize(("amount", "reason"), [(0, "Late"), (-1, "Late"), (60_000, "  ")])
def test_a_credit_has_an_amount_and_a_reason(ike: User, amara: User, amount: int, reason: str) -> None:
    with pytest.raises(ValueError, match="positive amount and a reason"):
        approvals.request_credit(requester=ike, user_id=amara.pk, name="A", amount=usd(amount), reason=reason)
    assert not Approval.objects.exists()


def test_a_credit_without_its_approval_is_found(asked: Approval, ada: User, amara: User) -> None:
    """What the guards prevent, the audit would name: money given by one person alone."""
    from tests.wallet.books import post
    from wallet import movements

    post(movements.adjusted(approval=asked.pk, user=amara.pk, amount=usd(60_000), reason="Alone"))
    assert broken() == ["wallet.adjustments_approved"]


A_DAY_AGO = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)


@pytest.mark.parametrize(
    "change",
    [
        {"payload": {}}, {"reason": "Other"}, {"subject": "user:1"}, {"amount": 1}, {"currency": "GBP"},
        {"action": "lift_payout_pause"}, {"payload_hash": b""}, {"words": "Credit Amara with $5.00"},
        {"requester": None}, {"requested_at": A_DAY_AGO}, {"expires_at": A_DAY_AGO},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_the_database_refuses_to_alter_a_request(asked: Approval, change: dict[str, object]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        asked.delete()


def test_the_database_keeps_a_decision(asked: Approval, ada: User) -> None:
    approvals.refuse(asked.pk, decider=ada, note="It came on time")
    undone = {"status": "requested", "decider": None, "decided_at": None, "decision_note": ""}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(**undone)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE wallet_approval")
    asked.refresh_from_db()
    assert asked.status == "refused"
    behind_the_guards(Approval.objects.filter(pk=asked.pk), **undone)  # without it, a refusal is asked again
    assert approvals.approve(asked.pk, decider=ada).status == "approved"


def test_the_database_wants_an_amount_above_zero(asked: Approval) -> None:
    for change in ({"amount": 0}, {"amount": -5}, {"currency": "usd"}, {"currency": ""}, {"amount": None}):
        with pytest.raises(IntegrityError, match="wallet_approval_amount"), transaction.atomic():
            behind_the_guards(Approval.objects.filter(pk=asked.pk), **change)
    with pytest.raises(IntegrityError, match="wallet_approval_decided"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(alone_limit=10**9)


@pytest.mark.parametrize("change", [{"amount": 1}, {"currency": "GBP"}, {"subject": "user:1"}])
def test_what_is_added_up_and_is_not_what_was_asked_is_found(
    ike: User, amara: User, change: dict[str, object]
) -> None:
    done = give(ike, amara, 500)
    behind_the_guards(Approval.objects.filter(pk=done.pk), **change)
    assert broken() == ["wallet.approvals_unaltered"]


def test_a_request_altered_behind_the_guards_is_found(asked: Approval) -> None:
    assert broken() == []
    behind_the_guards(Approval.objects.filter(pk=asked.pk), payload={**asked.payload, "amount": 90_000})
    assert broken() == ["wallet.approvals_unaltered"]


def test_a_credit_booked_to_another_person_is_found(asked: Approval, ada: User) -> None:
    from tests.wallet.books import post
    from wallet import movements

    behind_the_guards(
        Approval.objects.filter(pk=asked.pk),
        status="approved", decider=ada, decided_at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    post(movements.adjusted(approval=asked.pk, user=ada.pk, amount=usd(60_000), reason="Late"))
    assert broken() == ["wallet.adjustments_approved"]


# One person, up to a limit ---------------------------------------------------------------------------------


def give(who: User, to: User, amount: int, currency: str = "USD") -> Approval:
    return approvals.request_credit(
        requester=who, user_id=to.pk, name="Amara", amount=Money(amount, currency), reason="Late"
    )


def test_a_small_credit_is_one_persons_and_done_at_once(ike: User, amara: User) -> None:
    done = give(ike, amara, 500)
    assert (done.status, done.decider, done.alone_limit) == ("approved", None, 50_000)
    assert balances() == {"platform:goodwill": -500, f"user:{amara.pk}:wallet": 500}
    assert broken() == []


def test_small_credits_to_one_person_are_added_up_over_the_day(ike: User, ada: User, amara: User) -> None:
    assert give(ike, amara, 30_000).status == "approved"
    assert give(ike, amara, 20_001).status == "requested"
    before = counts()
    assert give(ike, amara, 1).status == "requested"  # what waits counts too
    assert counts() == before
    assert give(ike, ada, 50_000).status == "approved"  # somebody else's wallet
    assert give(ada, amara, 50_000).status == "approved"  # somebody else asks
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_clockoffset (id, \"offset\") VALUES (1, interval '1 day')")
    assert give(ike, amara, 50_000).status == "approved"  # another day
    assert broken() == []


def test_what_was_asked_that_day_is_told_of_that_day(ike: User, ada: User, amara: User) -> None:
    give(ike, amara, 500)
    give(ada, amara, 700)
    asked = give(ike, amara, 60_000)
    asked.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_clockoffset (id, \"offset\") VALUES (1, interval '1 day')")
    give(ike, amara, 900)
    assert approvals.asked_that_day(asked) == usd(60_500)


def test_a_currency_without_a_limit_always_takes_two(ike: User, amara: User) -> None:
    assert give(ike, amara, 1, "KWD").status == "requested"
    nothing_moved()


def test_more_than_the_limit_done_alone_is_found(ike: User, amara: User) -> None:
    give(ike, amara, 30_000)
    other = give(ike, amara, 20_000)
    behind_the_guards(Approval.objects.filter(pk=other.pk), amount=30_000)
    assert "wallet.alone_within_limits" in broken()


def test_an_amount_that_cannot_move_is_not_asked_for(ike: User, amara: User) -> None:
    """A negative one would make room under the limit for others."""
    good: dict[str, str | int] = {"user": amara.pk, "name": "Amara", "amount": 500, "currency": "USD"}
    for change in ({"amount": -5_000}, {"amount": 0}, {"amount": 2**53}, {"currency": "usd"}, {"amount": "5"},
                   {"amount": True}, {"user": "1"}, {"currency": 5}):  # fmt: skip
        with pytest.raises(approvals.Tampered):
            approvals.request("credit_wallet", payload={**good, **change}, requester=ike, reason="Late")
    assert not Approval.objects.exists()
    nothing_moved()


def allowed(email: str, *permissions: str) -> User:
    """One of the staff who may do only what is named."""
    user = User.objects.create_user(email, people.PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return User.objects.get(pk=user.pk)


def test_asking_and_deciding_take_a_permission_each(ike: User, amara: User) -> None:
    asks, decides = (
        allowed("asks@example.com", "add_approval"),
        allowed("decides@example.com", "decide_approval"),
    )
    with pytest.raises(approvals.NotPermitted):
        give(decides, amara, 500)
    asked = give(asks, amara, 500)
    assert asked.status == "requested"  # within the limit: but who may not decide does nothing alone
    assert not approvals.may_decide(asked, asks)
    for verb in (approvals.approve, approvals.refuse):
        with pytest.raises(approvals.NotPermitted):
            verb(asked.pk, decider=allowed(f"{verb.__name__}@example.com", "add_approval"), note="Yes")
    nothing_moved()
    assert approvals.approve(asked.pk, decider=decides).status == "approved"
    User.objects.filter(pk=ike.pk).update(is_active=False)
    with pytest.raises(approvals.NotPermitted):
        give(User.objects.get(pk=ike.pk), amara, 500)


def test_an_action_says_how_long_it_waits(ike: User, amara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Action, "lapses_after", lambda self: dt.timedelta(hours=1))
    asked = give(ike, amara, 60_000)
    asked.refresh_from_db()
    assert abs(asked.expires_at - asked.requested_at - dt.timedelta(hours=1)) < dt.timedelta(minutes=1)


# Payouts, paused -------------------------------------------------------------------------------------------


def test_a_pause_is_one_until_two_people_lift_it(ike: User, ada: User) -> None:
    assert not payout_pause.payouts_paused()
    pause = payout_pause.pause_payouts("Two balances differ", key="ledger:wallet.floors")
    assert payout_pause.pause_payouts("Again", key="ledger:wallet.floors").pk == pause.pk
    asked = approvals.request(
        "lift_payout_pause", payload={"pause": pause.pk, "why": pause.reason}, requester=ike, reason="Mended"
    )
    assert (asked.status, payout_pause.payouts_paused()) == ("requested", True)
    with pytest.raises(approvals.NotAllowed):
        approvals.approve(asked.pk, decider=ike)
    again = approvals.request(
        "lift_payout_pause", payload={"pause": pause.pk, "why": pause.reason}, requester=ike, reason="Mended"
    )
    approvals.approve(asked.pk, decider=ada)
    assert not payout_pause.payouts_paused()
    with pytest.raises(approvals.Tampered):
        approvals.approve(again.pk, decider=ada)
    assert payout_pause.pause_payouts("Once more", key="ledger:wallet.floors").pk != pause.pk


def test_what_cannot_be_done_is_not_asked_for(ike: User) -> None:
    with pytest.raises(approvals.Tampered):
        approvals.request("lift_payout_pause", payload={"pause": 99, "why": "x"}, requester=ike, reason="y")
    with pytest.raises(ValueError, match="say why"):
        approvals.request("lift_payout_pause", payload={"pause": 99, "why": "x"}, requester=ike, reason=" ")
    assert not Approval.objects.exists()


def test_a_pause_lifted_by_one_person_is_found(ike: User, ada: User) -> None:
    pause = payout_pause.pause_payouts("Two balances differ", key="ledger:wallet.floors")
    asked = approvals.request(
        "lift_payout_pause", payload={"pause": pause.pk, "why": "x"}, requester=ike, reason="Mended"
    )
    payout_pause.lift(pause.pk, actor=f"staff:{ike.pk}", note="Mended")
    assert broken() == ["wallet.pauses_lifted_by_two"]
    with pytest.raises(approvals.Tampered):
        approvals.approve(asked.pk, decider=ada)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PayoutPause.objects.filter(pk=pause.pk).update(lifted_by=f"staff:{ada.pk}")


def test_the_database_keeps_a_pause_as_it_was_opened(ike: User) -> None:
    pause = payout_pause.pause_payouts("Two balances differ", key="ledger:wallet.floors")
    rows = PayoutPause.objects.filter(pk=pause.pk)
    for change in ({"reason": "Nothing"}, {"key": "other"}, {"opened_at": A_DAY_AGO}, {"opened_by": "x"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError, match="wallet_payout_pause_lifted"), transaction.atomic():
        rows.update(lifted_at=A_DAY_AGO)
    assert payout_pause.payouts_paused()


@pytest.mark.django_db(transaction=True)
def test_what_eight_find_at_once_is_one_pause() -> None:
    found = at_once(lambda n: payout_pause.pause_payouts(f"Seen by {n}", key="ledger:wallet.floors").pk, 8)
    assert len(set(found)) == 1
    assert PayoutPause.objects.count() == Event.objects.filter(kind="payouts.paused").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_unique_key_it_is_several() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX wallet_payout_pause_open")
    try:
        at_once(lambda n: payout_pause.pause_payouts(f"Seen by {n}", key="ledger:wallet.floors"), 8)
        assert PayoutPause.objects.count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DELETE FROM wallet_payoutpause")
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(
                "CREATE UNIQUE INDEX wallet_payout_pause_open ON wallet_payoutpause (key) WHERE lifted_at IS NULL"
            )


@pytest.mark.django_db(transaction=True)
def test_ten_small_credits_at_once_stay_within_the_limit(ike: User, amara: User) -> None:
    answers = at_once(lambda n: give(ike, amara, 10_000).status, 10)
    assert sorted(answers) == ["approved"] * 5 + ["requested"] * 5
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_without_waiting_for_each_other_they_exceed_it(
    ike: User, amara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "_one_at_a_time", lambda requester, subject: time.sleep(0.2))
    answers = at_once(lambda n: give(ike, amara, 10_000).status, 10)
    assert answers.count("approved") > 5
    assert "wallet.alone_within_limits" in broken()
