"""Events: what happened, kept as a snapshot, and queued for every endpoint that listens."""

from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.settings import API_VERSION, PLATFORM
from banibs.dev.stripe_sandbox.store import Object, Store


def record(
    store: Store, type_: str, body: Object, previous: Object | None, *, account: str, request: Object
) -> None:
    """Keep an event about `body` as it stands now. `previous` holds the old values of what an update
    changed; `request` says which call caused it.
    """
    data: Object = {"object": body}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Object = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": int(store.now()),
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": request,
        "type": type_,
    }
    if account != PLATFORM:
        event["account"] = account
    with store.unit():
        event["pending_webhooks"] = deliveries.queue(store, event, connect=account != PLATFORM)
        store.save(event, account=account)


def changed(before: Object, after: Object) -> Object:
    """The old values of the fields that differ: `previous_attributes`."""
    return {key: before.get(key) for key in after if before.get(key) != after[key]}
