"""What holds for every intent, whoever changes it: which parameters and statuses allow what, who may open it."""

from typing import Any

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest, no_such
from banibs.dev.stripe_sandbox.params import Flag, Shape, Text, Url
from banibs.dev.stripe_sandbox.store import Object

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
OPTIONS = Shape(
    {
        "card": Shape(
            {
                "request_three_d_secure": Text("any", "automatic", "challenge"),
                "capture_method": Text("manual"),
                "setup_future_usage": Text("none", "off_session", "on_session"),
                "cvc_token": Text(),
            }
        )
    }
)
AT_CONFIRM: dict[str, Any] = {
    "error_on_requires_action": Flag(),
    "mandate_data": Shape(
        {
            "customer_acceptance": Shape(
                {
                    "type": Text("online", "offline"),
                    "online": Shape(
                        {"ip_address": Text(), "user_agent": Text(), "infer_from_client": Flag()}
                    ),
                }
            )
        }
    ),
    "off_session": Text("true", "false", "one_off", "recurring"),
    "return_url": Url(),
    "use_stripe_sdk": Flag(),
}


def check_secret(ctx: Context, body: Object) -> None:
    """A browser's key opens only the intent whose client secret it holds."""
    given = ctx.params.get("client_secret")
    if (ctx.publishable or given) and given != body["client_secret"]:
        raise no_such(body["object"], body["id"], param="intent")


def unexpected(body: Object, said: str) -> InvalidRequest:
    """The refusal for something that the intent's status does not allow."""
    return InvalidRequest(said, code=f"{body['object']}_unexpected_state", **{body["object"]: body})
