"""Nobody answers: the deadlines move a case on. Then Ike decides, once, and both sides read why."""

from __future__ import annotations

import pytest
from django.test import Client

from banibs.core.staff import work_queues
from marketplace.models import Message
from payments import policy, tasks
from payments.cases import answers, parcels, staff_decision
from payments.cases.refused import CaseRefused
from payments.models import Case, Refund
from tests import market as scene
from tests import people
from tests.payments.cases.scenes import bought, broken, complained, fresh, photo
from tests.shopping import tell

pytestmark = pytest.mark.django_db
SOON = 60  # seconds before a deadline


def days_pass(wait: object, *, short_of: int = -1) -> int:
    """Almost until a deadline, or a second beyond it; what the job moved."""
    scene.forward(seconds=wait.total_seconds() - short_of)  # type: ignore[attr-defined]
    return tasks.move_cases()


def test_a_shop_that_does_not_answer_leaves_it_to_staff() -> None:
    market, order = bought()
    case = complained(market, order)
    assert days_pass(policy.CASE_SELLER_ANSWERS_WITHIN, short_of=SOON) == 0
    scene.forward(seconds=SOON + 1)
    assert tasks.move_cases() == 1
    case.refresh_from_db()
    assert (case.status, case.waits_for, case.respond_by) == ("staff", "staff", None)
    assert tasks.move_cases() == 0
    with pytest.raises(CaseRefused):
        answers.propose(case.pk, kind="refund", user=market.zuri.user)
    tell()
    assert market.amara.notices.filter(kind="case_at_staff").count() == 1
    assert broken() == []


def test_a_buyer_who_does_not_answer_lets_it_be() -> None:
    market, order = bought()
    before = market.wallet()
    case = complained(market, order)
    answers.propose(case.pk, kind="refund", user=market.zuri.user)
    assert days_pass(policy.CASE_BUYER_ANSWERS_WITHIN) == 1
    case.refresh_from_db()
    assert (case.status, case.outcome, fresh(order).case_open) == ("closed", "lapsed", False)
    assert (market.wallet(), Refund.objects.count()) == (before, 0)


def test_a_parcel_that_is_not_sent_and_one_that_is_not_said_to_have_come() -> None:
    market, order = bought()
    case = complained(market, order, "return")
    answers.propose(case.pk, kind="return", user=market.zuri.user)
    answers.accept(case.pk, user=market.amara)
    parcels.parcel_sent(case.pk, side="buyer", user=market.amara)
    assert days_pass(policy.CASE_PARCEL_ARRIVES_WITHIN) == 1
    case.refresh_from_db()
    assert case.status == "staff"  # the shop says nothing of a parcel that may be there

    market.zuri.refresh_from_db()
    ike = people.ike()
    staff_decision.decide(case.pk, verdict="nothing", user=ike, reason="The parcel never left.")
    fresh_case = complained(market, order, "not_as_described")
    answers.propose(fresh_case.pk, kind="replacement", user=market.zuri.user)
    answers.accept(fresh_case.pk, user=market.amara)
    parcels.parcel_sent(fresh_case.pk, side="seller", user=market.zuri.user)
    assert days_pass(policy.CASE_PARCEL_ARRIVES_WITHIN) == 1
    fresh_case.refresh_from_db()
    assert (fresh_case.status, fresh_case.outcome) == ("closed", "replaced")


def at_staff() -> tuple[scene.Market, Case]:
    market, order = bought()
    case = complained(market, order, "not_as_described", "The lid is cracked.")
    answers.decline_request(case.pk, user=market.zuri.user, text="It was whole when it left.")
    answers.ask_staff(case.pk, user=market.amara, text="It was not.")
    return market, Case.objects.get(pk=case.pk)


@pytest.mark.parametrize(
    ("verdict", "amount", "outcome"),
    [("refund", None, "refunded"), ("part", 700, "part_refunded"), ("nothing", None, "rejected")],
)
def test_ike_decides(verdict: str, amount: int | None, outcome: str) -> None:
    market, case = at_staff()
    before, ike = market.wallet(), people.ike()
    staff_decision.decide(case.pk, verdict=verdict, amount=amount, user=ike, reason="The picture shows it.")
    case.refresh_from_db()
    back = {"refund": fresh(case.order).total, "part": 700, "nothing": 0}[verdict]
    assert (case.status, case.outcome, market.wallet()) == ("closed", outcome, before + back)
    assert Message.objects.filter(side="staff", text="The picture shows it.").count() == 1
    with pytest.raises(CaseRefused):
        staff_decision.decide(case.pk, verdict="refund", user=ike, reason="Again.")
    assert market.wallet() == before + back
    tell()
    assert broken() == []


def test_staff_do_not_decide_about_their_own_order() -> None:
    market, case = at_staff()
    before = market.wallet()
    for own in (market.amara, market.zuri.user):
        with pytest.raises(CaseRefused) as refusal:
            staff_decision.decide(case.pk, verdict="refund", user=own, reason="Mine.")
        assert refusal.value.code == "self_decision_not_allowed"
    case.refresh_from_db()
    assert (case.status, market.wallet(), Refund.objects.count()) == ("staff", before, 0)


def test_ikes_desk_shows_what_waits_and_takes_the_decision() -> None:
    market, case = at_staff()
    picture = market_picture(market, case)
    before = market.wallet()
    ike = people.ike()
    desk = Client(headers={"Accept-Language": "en-GB"})
    desk.force_login(ike)
    (waiting,) = [one for one in work_queues.waiting(ike) if one.queue.name == "payments.cases"]
    assert waiting.count == 1
    assert f"/admin/desk/cases/{case.pk}/" in desk.get("/admin/desk/cases/").content.decode()
    page = desk.get(f"/admin/desk/cases/{case.pk}/").content.decode()
    assert "The lid is cracked." in page
    assert "It was whole when it left." in page
    assert desk.get(f"/admin/desk/cases/pictures/{picture}/").headers["Content-Type"] == "image/webp"

    url = f"/admin/desk/cases/{case.pk}/"
    unsaid = desk.post(url, {"verdict": "part", "reason": "Half."})
    assert (unsaid.status_code, market.wallet()) == (422, before)
    assert "Say how much." in unsaid.content.decode()
    assert desk.post(url, {"verdict": "part", "amount": "7", "reason": "Half."}).status_code == 302
    assert market.wallet() == before + 700
    late = desk.post(url, {"verdict": "refund", "reason": "All."})
    assert (late.status_code, market.wallet()) == (409, before + 700)

    amara = Client()
    amara.force_login(market.amara)
    assert amara.get(url).status_code in (302, 403)


def market_picture(market: scene.Market, case: Case) -> int:
    amara = Client()
    amara.force_login(market.amara)
    amara.post(f"/account/cases/{case.pk}/", {"do": "say", "text": "Look.", "pictures": [photo()]})
    picture = Message.objects.get(text="Look.").pictures.get()
    return picture.pk
