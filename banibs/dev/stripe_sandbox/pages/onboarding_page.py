"""The hosted onboarding of a seller: four steps, saved one by one; and the seller's own view afterwards."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from banibs.dev.stripe_sandbox import outcome
from banibs.dev.stripe_sandbox.api.accounts import account_object, external_accounts, requirements
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.control.views import context
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.ids import random_text
from banibs.dev.stripe_sandbox.pages.answers import message, page
from banibs.dev.stripe_sandbox.pages.onboarding_forms import STEPS, Question, problem, questions
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

_ORDER = [name for name, _ in STEPS]
_COOKIE = "onboarding"
_REFUSED_ID = "111111111"


def show(request: HttpRequest, account_id: str, token: str) -> HttpResponse:
    """One step at a time. The link opens once; a second visitor is sent to ask for a fresh one."""
    ctx = context(request)
    link = ctx.store.get(f"alink_{token}", kind="onboarding", account=PLATFORM)
    account = ctx.store.get(account_id, kind="account", account=PLATFORM)
    if link is None or account is None or link["account"] != account_id:
        return message(
            request,
            title="This link is unknown",
            text="Go back to BANIBS and start again from your shop’s page.",
        )
    pass_ = request.COOKIES.get(_COOKIE)
    if not link["opened"] and link["expires_at"] >= ctx.now():
        pass_ = random_text(24)
        ctx.save({**link, "opened": pass_})
    elif not pass_ or pass_ != link["opened"]:
        return HttpResponseRedirect(link["refresh_url"])
    response = _step(request, ctx, account, link)
    response.set_cookie(_COOKIE, pass_, max_age=3600, path=request.path, httponly=True, samesite="Lax")
    return response


def _step(request: HttpRequest, ctx: Context, account: Object, link: Object) -> HttpResponse:
    step = request.POST.get("step") or request.GET.get("step") or "business"
    step = step if step in _ORDER else "business"
    private = ctx.store.private(account["id"])
    typed: dict[str, str] = {**private.get("typed", {})}
    if request.method != "POST":
        return _form(request, account, link, step, typed, {})
    asked = questions(step, account, {**typed, **request.POST.dict()})
    if "fill" in request.POST:
        typed.update({question.name: question.test for question in asked})
        return _form(request, account, link, step, typed, {})
    given = {question.name: request.POST.get(question.name, "").strip() for question in asked}
    wrong = {question.name: said for question in asked if (said := problem(question, given[question.name]))}
    if wrong:
        return _form(request, account, link, step, {**typed, **given}, wrong, status=422)
    if step == "review":
        outcome.of(ctx.store, lambda: _submit(ctx, account["id"]))
        deliveries.nudge()
        return HttpResponseRedirect(link["return_url"])
    _, refusal = outcome.of(ctx.store, lambda: _keep(ctx, account["id"], step, given))
    deliveries.nudge()
    if refusal:
        return _form(
            request, account, link, step, {**typed, **given}, {"bank.number": refusal.message}, status=422
        )
    if step == "business" and given.get("business_type") == "company" and "company.name" not in given:
        return _form(request, account, link, step, {**typed, **given}, {})
    return HttpResponseRedirect(f"{request.path}?step={_ORDER[_ORDER.index(step) + 1]}")


def _keep(ctx: Context, account_id: str, step: str, given: dict[str, str]) -> None:
    """Save a step: the answers, and that they were given. Bank and identity numbers are not kept."""
    before, private = account_object.load(ctx, account_id), ctx.store.private(account_id)
    secret = ("bank.number", "individual.id_number", "individual.ssn_last_4", "company.tax_id")
    private["typed"] = {
        **private.get("typed", {}),
        **{name: given[name] for name in given if name not in secret},
    }
    private["provided"] = sorted({*private["provided"], *(name for name, value in given.items() if value)})
    if given.get("individual.id_number") == _REFUSED_ID:
        private["provided"].remove("individual.id_number")
        reason = "The identity number could not be matched with this name."
        private["errors"] = [
            {
                "code": "verification_failed_keyed_identity",
                "reason": reason,
                "requirement": "individual.id_number",
            }
        ]
    elif "individual.id_number" in given:
        private["errors"] = []
    body = dict(before)
    if step == "business":
        body["business_type"] = given["business_type"]
        profile = {"mcc": given["business_profile.mcc"], "url": given["business_profile.url"]}
        body["business_profile"] = {**before["business_profile"], **profile}
    ctx.acting_for(PLATFORM).save(body, private=private)
    if step == "bank":
        bank = {
            "account_number": given["bank.number"], "routing_number": given["bank.routing"] or None,
            "account_holder_name": given["bank.holder"], "country": before["country"],
            "currency": given.get("bank.currency") or None,
        }  # fmt: skip
        external_accounts.add(ctx, account_id, bank)
    requirements.refresh(ctx, account_id, before=before)


def _submit(ctx: Context, account_id: str) -> None:
    """The seller agrees: the account is submitted, and ready if nothing is missing."""
    before, private = account_object.load(ctx, account_id), ctx.store.private(account_id)
    private["provided"] = sorted({*private["provided"], "tos_acceptance.date", "tos_acceptance.ip"})
    private["submitted"] = True
    wait = int(ctx.store.setting("verification_seconds", 0))
    if wait and not before["details_submitted"]:
        private["verifying"] = True
        ctx.later(wait, "verify_account", account_id)
    body = {**before, "tos_acceptance": {**before["tos_acceptance"], "date": ctx.now()}}
    ctx.acting_for(PLATFORM).save(body, private=private)
    requirements.refresh(ctx, account_id, before=before)


def _form(
    request: HttpRequest, account: Object, link: Object, step: str, typed: dict[str, str], wrong: dict[str,
    str], *, status: int = 200
) -> HttpResponse:  # fmt: skip
    here = _ORDER.index(step)
    values: dict[str, Any] = {
        "account": account,
        "step": step,
        "back": _ORDER[here - 1] if here else None,
        "steps": [(name, label, index < here, index == here) for index, (name, label) in enumerate(STEPS)],
        "questions": [_shown(question, typed, wrong) for question in questions(step, account, typed)],
        "return_url": link["return_url"],
        "wrong": wrong,
        "missing": [name for name in account["requirements"]["currently_due"] if not name.startswith("tos_")],
        "business": _business(account, typed),
        "person": f"{typed.get('individual.first_name', '')} {typed.get('individual.last_name', '')}".strip(),
        "bank": (account["external_accounts"]["data"] or [None])[0],
    }
    return page(request, "onboarding.html", values, status=status)


def _business(account: Object, typed: dict[str, str]) -> str:
    name = typed.get("company.name") if account["business_type"] == "company" else "Sells as a person"
    return ", ".join(filter(None, [name, account["business_profile"]["url"]])) or "Not given yet"


def _shown(question: Question, typed: dict[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    own = question.name.replace(".", "-")
    return {
        "q": question,
        "id": own,
        "value": typed.get(question.name, ""),
        "error": wrong.get(question.name),
    }
