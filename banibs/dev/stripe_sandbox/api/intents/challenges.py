"""3-D Secure challenges: a page of the bank on which the payer says yes or no."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.store import Object


def open_for(ctx: Context, intent: Object, *, return_url: str | None, in_page: bool) -> Object:
    """Open a challenge for an intent; returns its `next_action`: a redirect, or a frame that the
    script opens.
    """
    body: Object = {
        "id": new_id("tdsrc"), "object": "challenge", "created": ctx.now(), "intent": intent["id"],
        "return_url": return_url,
    }  # fmt: skip
    ctx.save(body)
    url = f"{ctx.base_url}/3d_secure_2/authenticate/{body['id']}"
    if return_url and not in_page:
        return {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}
    frame = {
        "type": "three_d_secure_redirect",
        "source": body["id"],
        "stripe_js": url,
        "known_frame_issues": "false",
    }
    return {"type": "use_stripe_sdk", "use_stripe_sdk": frame}


def back_to(return_url: str, intent: Object) -> str:
    """The address to which the payer returns, with the intent's state in its query as Stripe writes it."""
    parts = urlsplit(return_url)
    status = "succeeded" if intent["status"] in ("succeeded", "requires_capture", "processing") else "failed"
    mine = {
        intent["object"]: intent["id"],
        f"{intent['object']}_client_secret": intent["client_secret"],
        "redirect_status": status,
    }
    return urlunsplit(
        parts._replace(query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *mine.items()]))
    )
