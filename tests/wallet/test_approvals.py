"""Ike wants to give Amara 5.00; Ada must agree. Nobody alone, nobody twice, nothing altered on the way."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from banibs.core.models import Event
from banibs.core.states.state_machine import InvalidTransition
from banibs.users.models import User
from tests import people
from tests.wallet.books import balances, broken, counts, usd
from wallet import approvals
from wallet.models import Approval

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> User:
    return people.person("ada@example.com", name="Ada Bello", staff=True)


@pytest.fixture
def asked(ike: User, amara: User) -> Approval:
    return approvals.request_credit(
        requester=ike, user_id=amara.pk, name="Amara", amount=usd(500), reason="Parcel came late"
    )


def nothing_moved() -> None:
    assert counts() == (0, 0, 0)
    assert broken() == []


def test_asking_moves_nothing(asked: Approval) -> None:
    assert asked.status == "requested"
    nothing_moved()


def test_a_second_person_agrees_and_it_is_done(asked: Approval, ike: User, ada: User, amara: User) -> None:
    done = approvals.approve(asked.pk, decider=ada, note="Seen the parcel's tracking")
    assert (done.status, done.decider) == ("approved", ada)
    assert balances() == {"platform:goodwill": -500, f"user:{amara.pk}:wallet": 500}
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
        requester=ike, user_id=ada.pk, name="Ada", amount=usd(500), reason="Late"
    )
    with pytest.raises(approvals.NotAllowed):
        approvals.approve(asked.pk, decider=ada)
    with pytest.raises(approvals.NotAllowed):
        approvals.request_credit(requester=ike, user_id=ike.pk, name="Ike", amount=usd(500), reason="Late")
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


@pytest.mark.parametrize("change", [{"amount": 50_000}, {"currency": "KWD"}, {"user": 1}])
def test_a_request_altered_after_it_was_made_is_not_done(
    asked: Approval, ada: User, change: dict[str, object]
) -> None:
    Approval.objects.filter(pk=asked.pk).update(payload={**asked.payload, **change})
    with pytest.raises(approvals.Tampered):
        approvals.approve(asked.pk, decider=ada)
    asked.refresh_from_db()
    assert asked.status == "requested"
    nothing_moved()


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


@pytest.mark.parametrize(("amount", "reason"), [(0, "Late"), (-1, "Late"), (500, "  ")])
def test_a_credit_has_an_amount_and_a_reason(ike: User, amara: User, amount: int, reason: str) -> None:
    with pytest.raises(ValueError, match="positive amount and a reason"):
        approvals.request_credit(requester=ike, user_id=amara.pk, name="A", amount=usd(amount), reason=reason)
    assert not Approval.objects.exists()


def test_a_credit_without_its_approval_is_found(asked: Approval, ada: User, amara: User) -> None:
    """What the guards prevent, the audit would name: money given by one person alone."""
    from tests.wallet.books import post
    from wallet import movements

    post(movements.adjusted(approval=asked.pk, user=amara.pk, amount=usd(500), reason="Alone"))
    assert broken() == ["wallet.adjustments_approved"]
