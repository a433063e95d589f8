"""What every piece of the local Stripe is handed: whose objects these are, what time it is, where it
is reached.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from banibs.dev.stripe_sandbox.errors import no_such
from banibs.dev.stripe_sandbox.events import recording
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object, Store


@dataclass(frozen=True, kw_only=True)
class Context:
    """One call, or one chore of the timetable."""

    store: Store
    base_url: str
    account: str = PLATFORM
    publishable: bool = False
    request_id: str | None = None
    idempotency_key: str | None = None
    params: dict[str, Any] = field(default_factory=dict)

    def now(self) -> int:
        """The local Stripe's clock, in whole seconds."""
        return int(self.store.now())

    def save(self, body: Object, *, private: Object | None = None) -> Object:
        """Keep an object for this account."""
        self.store.save(body, account=self.account, private=private)
        return body

    def load(self, kind: str, object_id: str, *, param: str = "id", in_path: bool = True) -> Object:
        """An object of this account, or Stripe's `resource_missing`."""
        found = self.store.get(object_id, kind=kind, account=self.account)
        if found is None:
            raise no_such(kind, object_id, param=param, in_path=in_path)
        return found

    def find(self, kind: str, **where: str) -> list[Object]:
        """All objects of this account whose fields equal `where`, oldest first."""
        return self.store.find(kind, account=self.account, where=where)

    def emit(self, type_: str, body: Object, previous: Object | None = None) -> None:
        """Record an event about an object and queue it for every endpoint that listens."""
        recording.record(
            self.store,
            type_,
            body,
            previous,
            account=self.account,
            request={"id": self.request_id, "idempotency_key": self.idempotency_key},
        )

    def later(self, seconds: float, verb: str, subject: str) -> None:
        """Note a chore: `verb` of the timetable is done to `subject` when the clock has moved that far."""
        self.store.run(
            "INSERT INTO chores (due, account, verb, subject) VALUES (?, ?, ?, ?)",
            self.store.now() + seconds, self.account, verb, subject,
        )  # fmt: skip

    def acting_for(self, account: str) -> "Context":
        """The same call, for the objects of another account."""
        return replace(self, account=account)

    def with_params(self, params: dict[str, Any]) -> "Context":
        """The same call with other parameters, for one resource that makes another."""
        return replace(self, params=params)
