"""The control page: what it shows, what its switches do, and who may not work them."""

import requests

from tests.dev.stripe_sandbox.local import LocalStripe, Receiver


def _page(local: LocalStripe, path: str) -> str:
    answer = requests.get(local.url + path, timeout=5)
    assert answer.status_code == 200, path
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "not Stripe" in answer.text
    return answer.text


def _press(local: LocalStripe, **form: str) -> requests.Response:
    return requests.post(f"{local.url}/switches", data=form, timeout=15, allow_redirects=False)


def test_every_page_works_empty_and_full(local: LocalStripe, receiver: Receiver) -> None:
    pages = (
        "/",
        "/events",
        "/calls",
        "/switches",
        "/objects/payment_intent",
        "/objects/account",
        "/objects/dispute",
    )
    for path in pages:
        _page(local, path)
    local.control("endpoints", url=receiver.url, secret="whsec_" + "c" * 32)
    paid = local.client.payment_intents.create(
        {"amount": 900, "currency": "gbp", "payment_method": "pm_card_visa", "payment_method_types": ["card"],
         "confirm": True, "capture_method": "automatic"}
    )  # fmt: skip
    local.client.accounts.create({"type": "express"})
    for path in pages:
        _page(local, path)
    assert "£9.00" in _page(local, f"/object/{paid.id}")
    assert "£9.00" in _page(local, f"/receipts/{paid.latest_charge}")
    event = local.client.events.list({}).data[0]
    assert "Deliveries" in _page(local, f"/object/{event.id}")
    for unknown in ("/object/nothing", "/c/pay/cs_test_nothing", "/receipts/ch_nothing", "/elephant"):
        assert requests.get(local.url + unknown, timeout=5).status_code == 404


def test_the_switches_do_what_they_say(local: LocalStripe, receiver: Receiver) -> None:
    local.control("endpoints", url=receiver.url, secret="whsec_" + "c" * 32)
    assert _press(local, act="clock", seconds="3600").status_code == 302
    assert local.state()["clock_offset"] == 3600
    _press(local, act="fault", do="rate_limit", count="2", path="/v1/customers", method="*")
    assert local.state()["faults"][0]["count"] == 2
    assert "Something is switched to misbehave" in _page(local, "/")
    _press(local, act="faults_off")
    _press(local, act="pause")
    local.client.customers.create({})
    assert "1 wait" in _page(local, "/switches")
    _press(local, act="go")
    receiver.wait_for(1)
    _press(local, act="resend", event=receiver.events[0]["id"])
    receiver.wait_for(2)


def test_a_wrong_number_is_said_and_nothing_is_switched(local: LocalStripe) -> None:
    refused = _press(local, act="fault", do="rate_limit", count="many", path="/v1/customers")
    assert refused.status_code == 422
    assert "count must be a whole number" in refused.text
    assert 'value="many"' in refused.text
    assert local.state()["faults"] == []
    assert _press(local, act="launch").status_code == 400


def test_a_dispute_a_refund_and_a_seller_are_nudged_along(local: LocalStripe) -> None:
    paid = local.client.payment_intents.create(
        {"amount": 900, "currency": "gbp", "payment_method": "pm_card_visa", "payment_method_types": ["card"],
         "confirm": True, "capture_method": "automatic"}
    )  # fmt: skip
    refund = local.client.refunds.create({"payment_intent": paid.id, "amount": 100})
    _press(local, act="move_refund", object=refund.id, verb="fail")
    assert local.client.refunds.retrieve(refund.id).status == "failed"
    _press(local, act="dispute", charge=paid.latest_charge, amount="400")
    dispute = local.client.disputes.list({}).data[0]
    assert dispute.amount == 400
    for verb, status in (("win", "won"), ("withdraw_again", "under_review"), ("lose", "lost")):
        assert f'value="{verb}"' in _page(local, f"/object/{dispute.id}")
        _press(local, act="move_dispute", object=dispute.id, verb=verb)
        assert local.client.disputes.retrieve(dispute.id).status == status
    assert 'value="win"' not in _page(local, f"/object/{dispute.id}")
    _press(local, act="inquiry", charge=paid.latest_charge)
    assert local.client.disputes.list({}).data[0].status == "warning_needs_response"
    assert 'value="dispute"' not in _page(local, f"/object/{paid.latest_charge}")
    seller = local.client.accounts.create(
        {"type": "express", "capabilities": {"transfers": {"requested": True}}}
    ).id
    _press(local, act="account_ready", account=seller)
    assert local.client.accounts.retrieve(seller).payouts_enabled
    _press(local, act="account_asks", account=seller)
    assert local.client.accounts.retrieve(seller).requirements.currently_due == [
        "individual.verification.document"
    ]


def test_what_a_button_cannot_do_is_said(local: LocalStripe) -> None:
    paid = local.client.payment_intents.create(
        {"amount": 900, "currency": "gbp", "payment_method": "pm_card_visa", "payment_method_types": ["card"],
         "confirm": True, "capture_method": "automatic"}
    )  # fmt: skip
    for amount, said in (
        ("901", "Between 1 and 900"),
        ("0", "Between 1 and 900"),
        ("half", "must be a whole number"),
    ):
        refused = _press(local, act="dispute", charge=str(paid.latest_charge), amount=amount)
        assert refused.status_code == 422
        assert said in refused.text
    assert local.client.disputes.list({}).data == []
    assert _press(local, act="money", refunds="never").status_code == 422
    _press(local, act="money", refunds="wait", dispute_fee="0", dispute_fee_returned="yes")
    switched = local.state()["settings"]
    assert (switched["refunds"], switched["dispute_fee"], switched["dispute_fee_returned"]) == (
        "wait",
        0,
        True,
    )
    page = _page(local, "/switches")
    assert '<option value="wait" selected>' in page
    assert '<option value="yes" selected>' in page


def test_another_sites_page_works_no_switch(local: LocalStripe) -> None:
    cross = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    for path, given in (("/switches", {"data": {"act": "pause"}}), ("/_control/reset", {"json": {}})):
        answer = requests.post(local.url + path, headers=cross, timeout=5, **given)  # type: ignore[arg-type]
        assert answer.status_code == 403
    assert local.state()["webhooks_paused"] is False
    rebound = requests.get(f"{local.url}/", headers={"Host": "evil.example"}, timeout=5)
    assert rebound.status_code == 400
