"""Staff read the ledger and decide requests in the admin; nobody edits a balance, whatever they send."""

import pytest
from django.test import Client
from django.urls import reverse

from banibs.users.models import User
from tests import people
from tests.wallet.books import balances, counts, credit, usd
from wallet import approvals, payout_pause
from wallet.models import Account, Approval, Movement, Transfer

pytestmark = pytest.mark.django_db
CREDIT = {"email": "amara@example.com", "currency": "usd", "amount": "600.00", "reason": "Parcel came late"}


@pytest.fixture
def desk(client: Client, ike: User) -> Client:
    client.force_login(ike)
    return client


@pytest.fixture
def ada_desk(db: None) -> Client:
    client = Client()
    client.force_login(people.person("ada@example.com", name="Ada Bello", staff=True))
    return client


@pytest.mark.parametrize("model", ["account", "movement", "transfer"])
def test_the_ledger_can_be_looked_at_and_not_touched(desk: Client, amara: User, model: str) -> None:
    credit(1299, user=amara.pk)
    before = counts(), balances()
    pk = {"account": Account, "movement": Movement, "transfer": Transfer}[model].objects.latest("pk").pk
    page = desk.get(reverse(f"admin:wallet_{model}_changelist"))
    assert page.status_code == 200
    assert desk.get(reverse(f"admin:wallet_{model}_change", args=[pk])).status_code == 200
    assert (
        desk.post(reverse(f"admin:wallet_{model}_change", args=[pk]), {"balance": 10**9}).status_code == 403
    )
    assert desk.post(reverse(f"admin:wallet_{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assert desk.post(reverse(f"admin:wallet_{model}_add"), {}).status_code == 403
    listing = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    desk.post(reverse(f"admin:wallet_{model}_changelist"), listing)
    assert (counts(), balances()) == before


def test_platform_accounts_show_what_they_hold(desk: Client, amara: User) -> None:
    credit(1299, user=amara.pk)
    page = desk.get(reverse("admin:wallet_account_changelist")).content.decode()
    assert "−$12.99" in page
    assert "$12.99" in page


def test_a_movement_is_found_by_its_reference_and_shows_its_transfers(desk: Client, amara: User) -> None:
    credit(1299, user=amara.pk)
    movement = Movement.objects.get()
    found = desk.get(reverse("admin:wallet_movement_changelist"), {"q": movement.key})
    assert movement.key in found.content.decode()
    page = desk.get(reverse("admin:wallet_movement_change", args=[movement.pk])).content.decode()
    assert f"user:{amara.pk}:wallet" in page
    assert "$12.99" in page


def test_one_asks_and_another_agrees(desk: Client, ada_desk: Client, amara: User) -> None:
    answer = desk.post(reverse("admin:wallet_approval_add"), {**CREDIT, "confirmed": "yes"})
    assert answer.status_code == 302
    approval = Approval.objects.get()
    assert counts() == (0, 0, 0)

    own = desk.get(reverse("admin:wallet_approval_change", args=[approval.pk])).content.decode()
    assert "Approve and do it" not in own
    assert "Amara Okafor" in own
    desk.post(reverse("admin:wallet_approval_approve", args=[approval.pk]))
    assert counts() == (0, 0, 0)

    other = ada_desk.get(reverse("admin:wallet_approval_change", args=[approval.pk])).content.decode()
    assert "Approve and do it" in other
    ada_desk.post(reverse("admin:wallet_approval_approve", args=[approval.pk]), {"note": "Right"})
    assert balances() == {"platform:goodwill": -60_000, f"user:{amara.pk}:wallet": 60_000}
    ada_desk.post(reverse("admin:wallet_approval_approve", args=[approval.pk]))
    assert balances()[f"user:{amara.pk}:wallet"] == 60_000


def test_a_refusal_needs_a_reason(desk: Client, ada_desk: Client, amara: User, ike: User) -> None:
    approval = approvals.request_credit(
        requester=ike, user_id=amara.pk, name="Amara", amount=usd(60_000), reason="Late"
    )
    url = reverse("admin:wallet_approval_refuse", args=[approval.pk])
    ada_desk.post(url, {"note": " "})
    approval.refresh_from_db()
    assert approval.status == "requested"
    ada_desk.post(url, {"note": "It came on time"})
    approval.refresh_from_db()
    assert (approval.status, approval.decision_note) == ("refused", "It came on time")
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "nobody@example.com"}, "Nobody here has this address"),
        ({"email": "ike@example.com"}, "Nobody credits their own wallet"),
        ({"currency": "XQX"}, "There is no such currency"),
        ({"amount": "600.001"}, "Enter an amount like"),
        ({"amount": "-5"}, "Enter an amount like"),
        ({"amount": "0"}, "Enter at least"),
        ({"currency": "JPY", "amount": "5.50"}, "Enter an amount like"),
        ({"reason": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    desk: Client, amara: User, wrong: dict[str, str], said: str
) -> None:
    answer = desk.post(reverse("admin:wallet_approval_add"), {**CREDIT, **wrong})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    kept = {**CREDIT, **wrong}
    assert all(value in answer.content.decode() for value in kept.values())
    assert not Approval.objects.exists()


def test_a_decision_is_a_post_by_somebody_who_may(desk: Client, amara: User, ike: User) -> None:
    approval = approvals.request_credit(
        requester=ike, user_id=amara.pk, name="Amara", amount=usd(60_000), reason="Late"
    )
    url = reverse("admin:wallet_approval_approve", args=[approval.pk])
    assert desk.get(url).status_code == 405
    clerk = User.objects.create_user("clerk@example.com", "x", is_staff=True)
    client = Client()
    client.force_login(clerk)
    assert client.post(url).status_code == 403
    assert client.get(reverse("admin:wallet_approval_add")).status_code == 403
    assert Client().post(url).status_code == 302
    assert counts() == (0, 0, 0)


def test_what_a_credit_would_change_is_shown_before_it_is_asked_for(desk: Client, amara: User) -> None:
    seen = desk.post(reverse("admin:wallet_approval_add"), CREDIT).content.decode()
    assert "What changes" in seen
    assert "$600.00" in seen
    assert "Nothing moves before somebody else has agreed" in seen
    assert not Approval.objects.exists()
    back = desk.post(reverse("admin:wallet_approval_add"), {**CREDIT, "change": "yes"}).content.decode()
    assert "amara@example.com" in back
    small = {**CREDIT, "amount": "5.00"}
    assert "done at once" in desk.post(reverse("admin:wallet_approval_add"), small).content.decode()
    desk.post(reverse("admin:wallet_approval_add"), {**small, "confirmed": "yes"})
    assert balances() == {"platform:goodwill": -500, f"user:{amara.pk}:wallet": 500}


def test_one_asks_to_let_payouts_go_on_and_another_agrees(desk: Client, ada_desk: Client) -> None:
    pause = payout_pause.pause_payouts("Two balances differ", key="ledger:wallet.floors")
    page = desk.get(reverse("admin:wallet_payoutpause_change", args=[pause.pk])).content.decode()
    assert "Two balances differ" in page
    assert "Ask a second person" in page
    lift = reverse("admin:wallet_payoutpause_lift", args=[pause.pk])
    desk.post(lift, {"reason": ""})
    assert not Approval.objects.exists()
    desk.post(lift, {"reason": "Mended by hand"})
    assert payout_pause.payouts_paused()
    asked = Approval.objects.get()
    assert (
        "has asked for it"
        in desk.get(reverse("admin:wallet_payoutpause_change", args=[pause.pk])).content.decode()
    )
    ada_desk.post(reverse("admin:wallet_approval_approve", args=[asked.pk]))
    assert not payout_pause.payouts_paused()
    assert desk.post(lift, {"reason": "Again"}).status_code == 302
    assert Approval.objects.count() == 1
