"""Staff read the ledger and decide requests in the admin; nobody edits a balance, whatever they send."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from banibs.users.models import User
from tests import people
from tests.wallet.books import balances, counts, credit, usd
from wallet import approvals, payout_pause
from wallet.models import Account, Approval, Movement, Transfer

pytestmark = pytest.mark.django_db
CREDIT = {"email": "amara@example.com", "currency": "usd", "amount": "600.00", "reason": "Parcel came late"}


def ask(client: Client, **changes: str) -> HttpResponse:
    """Looks at what changes, then presses the button on that page; the first answer that is no such page."""
    seen = client.post(reverse("admin:wallet_approval_add"), {**CREDIT, **changes})
    shown = {name: seen.context[name] for name in ("key", "people")}
    return client.post(reverse("admin:wallet_approval_add"), {**CREDIT, **shown, **changes})


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
    assert ask(desk).status_code == 302
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
    without = ada_desk.post(url, {"note": " "})
    assert without.status_code == 422
    assert "Say why, so that whoever asked can learn from it." in without.content.decode()
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
    ask(desk, amount="5.00")
    assert balances() == {"platform:goodwill": -500, f"user:{amara.pk}:wallet": 500}


def test_one_asks_to_let_payouts_go_on_and_another_agrees(desk: Client, ada_desk: Client) -> None:
    pause = payout_pause.pause_payouts("Two balances differ", key="ledger:wallet.floors")
    page = desk.get(reverse("admin:wallet_payoutpause_change", args=[pause.pk])).content.decode()
    assert "Two balances differ" in page
    assert "Ask a second person" in page
    lift = reverse("admin:wallet_payoutpause_lift", args=[pause.pk])
    without = desk.post(lift, {"reason": ""})
    assert without.status_code == 422
    assert "Please fill this in." in without.content.decode()
    card = desk.post(lift, {"reason": "Mended with 4242 4242 4242 4242"})
    assert card.status_code == 422
    assert not Approval.objects.exists()
    desk.post(lift, {"reason": "Mended by hand"})
    assert payout_pause.payouts_paused()
    asked = Approval.objects.get()
    assert (
        "has asked for it"
        in desk.get(reverse("admin:wallet_payoutpause_change", args=[pause.pk])).content.decode()
    )
    assert desk.post(lift, {"reason": "Mended, I said"}).url == reverse(
        "admin:wallet_approval_change", args=[asked.pk]
    )
    assert Approval.objects.count() == 1
    ada_desk.post(reverse("admin:wallet_approval_approve", args=[asked.pk]))
    assert not payout_pause.payouts_paused()
    assert desk.post(lift, {"reason": "Again"}).status_code == 302
    assert Approval.objects.count() == 1


def clerk(*permissions: str) -> Client:
    """One of the staff who may do only what is named."""
    user = User.objects.create_user("clerk@example.com", people.PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_a_button_pressed_twice_credits_once(desk: Client, amara: User) -> None:
    page = reverse("admin:wallet_approval_add")
    small = {**CREDIT, "amount": "5.00"}
    seen = desk.post(page, small).context
    pressed = {**small, "key": seen["key"], "people": seen["people"]}
    first, second = desk.post(page, pressed), desk.post(page, pressed)
    assert (
        first.url == second.url == reverse("admin:wallet_approval_change", args=[Approval.objects.get().pk])
    )
    assert balances()[f"user:{amara.pk}:wallet"] == 500
    other = desk.post(page, {**pressed, "amount": "6.00"}, follow=True).content.decode()
    assert "This page was sent before" in other
    assert balances()[f"user:{amara.pk}:wallet"] == 500
    without = desk.post(page, {**pressed, "key": ""}, follow=True).content.decode()
    assert "This page was sent before" in without
    assert balances()[f"user:{amara.pk}:wallet"] == 500
    ask(desk, amount="5.00")  # another page is another credit: it is the key that held
    assert balances()[f"user:{amara.pk}:wallet"] == 1_000


def test_what_was_shown_of_who_decides_is_what_happens(desk: Client, amara: User, ike: User) -> None:
    page = reverse("admin:wallet_approval_add")
    seen = desk.post(page, {**CREDIT, "amount": "500.00"})
    assert "One person alone gives one person $500.00 a day; you have asked for $0.00 today." in str(
        seen.content.decode()
    )
    approvals.request_credit(requester=ike, user_id=amara.pk, name="Amara", amount=usd(1), reason="Late")
    before = counts()
    shown = {"key": seen.context["key"], "people": seen.context["people"]}
    again = desk.post(page, {**CREDIT, "amount": "500.00", **shown})
    assert "Meanwhile it takes others to decide" in again.content.decode()
    assert (counts(), Approval.objects.count()) == (before, 1)
    desk.post(page, {**CREDIT, "amount": "500.00", "key": again.context["key"], "people": "two"})
    assert (counts(), Approval.objects.count()) == (before, 2)


def test_who_may_ask_but_not_decide_does_nothing_alone(desk: Client, amara: User) -> None:
    ask(clerk("add_approval", "view_approval"), amount="5.00")
    assert Approval.objects.get().status == "requested"
    assert counts() == (0, 0, 0)
    desk.post(reverse("admin:wallet_approval_approve", args=[Approval.objects.get().pk]))
    assert balances()[f"user:{amara.pk}:wallet"] == 500


def test_with_both_permissions_a_clerk_gives_a_little_alone(amara: User) -> None:
    ask(clerk("add_approval", "view_approval", "decide_approval"), amount="5.00")
    assert balances()[f"user:{amara.pk}:wallet"] == 500


@pytest.mark.parametrize("note", ["Card 4242 4242 4242 4242", "a\x00b", "x" * 501])
@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_a_note_is_refused_beside_itself(
    ada_desk: Client, amara: User, ike: User, verb: str, note: str
) -> None:
    asked = approvals.request_credit(
        requester=ike, user_id=amara.pk, name="Amara", amount=usd(60_000), reason="Late"
    )
    answer = ada_desk.post(reverse(f"admin:wallet_approval_{verb}", args=[asked.pk]), {"note": note})
    assert answer.status_code == 422
    assert "error-text" in answer.content.decode()
    asked.refresh_from_db()
    assert (asked.status, asked.decision_note) == ("requested", "")
    assert counts() == (0, 0, 0)


def test_the_page_of_a_request_says_who_decides_and_what_the_wallet_holds(
    desk: Client, ada_desk: Client, amara: User, ike: User
) -> None:
    credit(1_299, user=amara.pk)
    asked = approvals.request_credit(
        requester=ike, user_id=amara.pk, name="Amara", amount=usd(60_000), reason="Late"
    )
    page = ada_desk.get(reverse("admin:wallet_approval_change", args=[asked.pk])).content.decode()
    for words in (
        "one alone moves $500.00 a day; $600.00 was asked for",
        "$12.99",
        "$612.99",
        "the wallet of Amara",
    ):
        assert words in page
    alone = approvals.request_credit(
        requester=ike, user_id=User.objects.get(email="ada@example.com").pk, name="Ada",
        amount=usd(5), reason="Late",
    )  # fmt: skip
    page = desk.get(reverse("admin:wallet_approval_change", args=[alone.pk])).content.decode()
    assert "One person, within the limit of $500.00 a day" in page
    pause = payout_pause.pause_payouts("Two balances differ", key="ledger:wallet.floors")
    lift = approvals.request(
        "lift_payout_pause", payload={"pause": pause.pk, "why": "x"}, requester=ike, reason="y"
    )
    page = ada_desk.get(reverse("admin:wallet_approval_change", args=[lift.pk])).content.decode()
    assert "Always two people" in page


def test_what_cannot_be_done_any_more_can_only_be_refused(ada_desk: Client, amara: User, ike: User) -> None:
    pause = payout_pause.pause_payouts("Two balances differ", key="ledger:wallet.floors")
    payload = {"pause": pause.pk, "why": pause.reason}
    first, second = (
        approvals.request("lift_payout_pause", payload=payload, requester=ike, reason="Mended") for _ in "ab"
    )
    approvals.approve(first.pk, decider=User.objects.get(email="ada@example.com"))
    page = ada_desk.get(reverse("admin:wallet_approval_change", args=[second.pk])).content.decode()
    assert "It cannot be done any more" in page
    assert "Approve and do it" not in page
    assert "Refuse" in page


def test_the_page_of_an_altered_request_says_so(ada_desk: Client, amara: User, ike: User) -> None:
    asked = approvals.request_credit(
        requester=ike, user_id=amara.pk, name="Amara", amount=usd(60_000), reason="Late"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Approval.objects.filter(pk=asked.pk).update(payload={"user": "everybody"})
        cursor.execute("SET LOCAL session_replication_role = origin")
    page = ada_desk.get(reverse("admin:wallet_approval_change", args=[asked.pk]))
    assert "Nobody: it was altered after it was made" in page.content.decode()
    ada_desk.post(reverse("admin:wallet_approval_approve", args=[asked.pk]))
    assert counts() == (0, 0, 0)
