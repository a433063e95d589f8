"""kill -9 at every word to the database, COMMIT included: all of it happened, or nothing, and doing it again
is safe.
"""

import pytest

from banibs.core.models import Event
from banibs.core.states.state_machine import InvalidTransition
from banibs.users.models import User
from tests import people
from tests.wallet.books import balances, broken, counts, usd
from tests.wallet.children import Killer, child, wait_for
from wallet import approvals
from wallet.models import Approval

pytestmark = pytest.mark.django_db(transaction=True)


def everything(approval: Approval) -> tuple[str, int, int]:
    """State of the request, movements and events: the three things that one transaction writes."""
    approval.refresh_from_db()
    return approval.status, counts()[0], Event.objects.filter(kind="approval.approved").count()


def words(amara: User, ike: User, ada: User) -> int:
    """How many words an approval says to the database when nobody kills it."""
    asked = approvals.request_credit(
        requester=ike, user_id=amara.pk, name="A", amount=usd(50_001), reason="Count"
    )
    with Killer(at=0, after=False) as counted:
        approvals.approve(asked.pk, decider=ada)
    return counted.count


def test_killed_at_every_statement_and_commit(amara: User, ike: User) -> None:
    ada = people.person("ada@example.com", name="Ada Bello", staff=True)
    total = words(amara, ike, ada)
    assert total >= 6
    done = counts()[0]
    outcomes = set()
    for at in range(1, total + 1):
        for after in (False, True):
            asked = approvals.request_credit(
                requester=ike, user_id=amara.pk, name="A", amount=usd(50_100), reason="Late"
            )
            events = Event.objects.filter(kind="approval.approved").count()

            def die(pk: int = asked.pk, at: int = at, after: bool = after) -> None:
                with Killer(at=at, after=after):
                    approvals.approve(pk, decider=ada)

            assert wait_for(*child(die)) is None  # it was killed

            status, movements, told = everything(asked)
            whole = status == "approved"
            assert (status, movements, told) == (
                ("approved", done + 1, events + 1) if whole else ("requested", done, events)
            )
            outcomes.add((whole, at == total and after))
            if not whole:
                approvals.approve(asked.pk, decider=ada)
            with pytest.raises(InvalidTransition):
                approvals.approve(asked.pk, decider=ada)
            done += 1
    assert outcomes == {(False, False), (True, True)}  # only a kill after COMMIT finds it done
    assert balances()[f"user:{amara.pk}:wallet"] == 50_001 + 50_100 * total * 2
    assert broken() == []
