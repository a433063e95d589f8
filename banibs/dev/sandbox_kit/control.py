"""The switches: `/_control/…` in JSON for tests, and `/` as a page for a person."""

import html
import json
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

from banibs.dev.sandbox_kit import deliveries, faults, money, timetable
from banibs.dev.sandbox_kit.calls import Answer, Call, Refusal, Service
from banibs.dev.sandbox_kit.store import Object, Store

KEPT = ("endpoint", "port")  # what a reset leaves: where the application is, and we are


def answer(service: Service, call: Call) -> Answer:
    """One call of the control API or the page."""
    if call.path == "/":
        return (
            _press(service, call)
            if call.method == "POST"
            else Answer(page(service, call.store), kind="text/html")
        )
    name = call.path.removeprefix("/_control/")
    if call.method != "GET" and call.headers.get("content-type") != "application/json":
        return Answer({"error": "JSON, please"}, 415)  # a page elsewhere cannot send that unasked
    try:
        return Answer(_do(service, call, name, call.data() if call.method == "POST" else {}))
    except (KeyError, Refusal, TypeError, ValueError) as wrong:
        return Answer({"error": f"{type(wrong).__name__}: {wrong}"}, 400)


def _do(service: Service, call: Call, name: str, given: Object) -> Any:
    acts: dict[str, Callable[[], Any]] = {
        "state": lambda: state(service, call.store),
        "clock": lambda: timetable.move(service, call.store, int(given["advance"])),
        "faults": lambda: _faults(call, given),
        "webhooks": lambda: _webhooks(call, given),
        "settings": lambda: _settings(service, call.store, given),
        "endpoint": lambda: call.store.set("endpoint", str(given["url"])),
        "events": lambda: deliveries.events(service, call.store, call.base_url),
        "fund": lambda: _fund(call.store, given),
        "wait": lambda: wait(call.store, float(given.get("seconds", 10))),
        "reset": lambda: _reset(call.store),
    }
    if name in acts:
        return {"done": True, "result": acts[name]()}
    verb, _, object_id = name.partition("/")
    with call.store.unit():
        return {"done": True, "result": service.verbs[verb](call.store, {**given, "id": object_id})}


def state(service: Service, store: Store) -> Object:
    """What every switch says."""
    return {
        "clock_offset": store.setting("clock_offset", 0),
        "now": store.now(),
        "balances": store.balances(),
        "faults": store.setting("faults", []),
        "webhook_rules": store.setting("webhook_rules", []),
        "settings": {name: store.setting(name, first) for name, first in service.settings.items()},
        "last_delivery": dict(
            next(iter(store.rows("SELECT * FROM deliveries ORDER BY seq DESC LIMIT 1")), {})
        ),
        "waiting": store.rows("SELECT count(*) AS n FROM deliveries WHERE state IN ('waiting', 'sending')")[
            0
        ]["n"],
        "calls": [
            dict(row) for row in store.rows("SELECT method, path, status, note FROM calls ORDER BY seq")
        ],
    }


def wait(store: Store, seconds: float) -> bool:
    """Wait until nothing is due any more; whether that came."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        due = store.rows(
            "SELECT (SELECT count(*) FROM chores WHERE due <= ?) + (SELECT count(*) FROM deliveries "
            "WHERE state = 'sending' OR (state = 'waiting' AND due <= ? AND ?)) AS n",
            store.now(), store.now(), bool(store.setting("endpoint", "")),
        )  # fmt: skip
        if due[0]["n"] == 0:
            return True
        time.sleep(0.02)
    return False


def _faults(call: Call, given: Object) -> None:
    if call.method == "DELETE":
        call.store.set("faults", [])
    else:
        faults.add(call.store, given)


def _webhooks(call: Call, given: Object) -> None:
    if call.method == "DELETE":
        call.store.set("webhook_rules", [])
        call.store.set("webhooks_paused", False)
    elif "paused" in given:
        call.store.set("webhooks_paused", bool(given["paused"]))
    else:
        if given["do"] not in ("lose", "duplicate", "delay"):
            raise ValueError("do is one of lose, duplicate, delay")
        rule = {"types": "*", "count": 1, "seconds": 30, **given}
        call.store.set("webhook_rules", [*call.store.setting("webhook_rules", []), rule])


def _settings(service: Service, store: Store, given: Object) -> None:
    for name, value in given.items():
        if type(value) is not type(service.settings[name]):
            raise ValueError(f"{name} is like {service.settings[name]!r}")
        store.set(name, value)


def _fund(store: Store, given: Object) -> None:
    """Our money is paid in; with an `id` once."""
    currency, mark = str(given["currency"]), str(given.get("id", ""))
    with store.unit():
        if not mark or not store.rows("SELECT seq FROM entries WHERE what = ?", f"deposit {mark}"):
            what = f"deposit {mark}".strip()
            store.enter(money.minor(given["value"], currency), currency, what=what, subject="")


def _reset(store: Store) -> None:
    kept = {name: store.setting(name) for name in KEPT}
    with store.unit():
        store.forget()
        for name, value in kept.items():
            store.set(name, value)


# ---- the page
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}</title><style>body{{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}td,th{{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc}}
form{{display:inline}}</style><h1>{name}</h1><p>A process of BANIBS's own, for development. Its clock says {now}.
Nothing here is real money.</p><h2>Our money here</h2><table>{balances}</table>
<form method="post"><input type="hidden" name="do" value="fund"><label>Currency <input name="currency" value="GBP"
size="4"></label> <label>Amount <input name="value" value="1000" size="8"></label> <button>Pay in</button></form>
<h2>What was sent</h2><table>{rows}</table><h2>The next call</h2>{faults}<h2>Switches</h2>{settings}"""
_FAULTS = (("lose", "is done, its answer lost"), ("hang", "is done, its answer is late"), ("drop", "is not done, no answer"),
           ("error", "fails with 500"))  # fmt: skip


def page(service: Service, store: Store) -> str:
    """The control page."""
    shown = [
        f"<tr><td>{_e(one.id)}<td>{_e(one.text)}<td>{_e(one.state)}<td>"
        + " ".join(_button(verb, {"do": verb, "id": one.id}) for verb in one.verbs)
        for one in service.shown(store)
    ]
    balances = [
        f"<tr><td>{_e(currency)}<td>{money.decimal(amount, currency)}"
        for currency, amount in store.balances().items()
    ]
    settings = [
        f'<form method="post"><input type="hidden" name="do" value="settings"><input type="hidden" name="name" '
        f'value="{_e(name)}"><label>{_e(name)} <input name="value" value="{_e(json.dumps(store.setting(name, first)))}"'
        f"></label> <button>Set</button></form><br>"
        for name, first in service.settings.items()
    ]
    return _PAGE.format(
        name=_e(service.name),
        now=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(store.now())),
        balances="".join(balances) or "<tr><td>Nothing",
        rows="".join(shown) or "<tr><td>Nothing yet",
        faults=" ".join(_button(text, {"do": "faults", "kind": kind}) for kind, text in _FAULTS),
        settings="".join(settings),
    )


def _e(text: object) -> str:
    return html.escape(str(text))


def _button(text: str, fields: dict[str, str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{_e(name)}" value="{_e(value)}">' for name, value in fields.items()
    )
    return f'<form method="post">{hidden}<button>{_e(text)}</button></form>'


def _press(service: Service, call: Call) -> Answer:
    """A button of the page was pressed; only from this page."""
    if call.headers.get("origin", call.base_url) != call.base_url:
        return Answer("Not from here", 403, "text/plain")
    form = dict(urllib.parse.parse_qsl(call.body.decode()))
    try:
        with call.store.unit():
            match form.pop("do", ""):
                case "fund":
                    _fund(call.store, form)
                case "faults":
                    faults.add(call.store, {"do": form["kind"], "seconds": 60})
                case "settings":
                    _settings(service, call.store, {form["name"]: json.loads(form["value"])})
                case verb:
                    service.verbs[verb](call.store, dict(form))
    except (KeyError, Refusal, TypeError, ValueError) as wrong:
        return Answer(f"{type(wrong).__name__}: {wrong}", 400, "text/plain")
    return Answer(page(service, call.store), kind="text/html")
