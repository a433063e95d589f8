"""What falls due as the clock moves."""

import logging
import threading

from banibs.dev.sandbox_kit.calls import Service
from banibs.dev.sandbox_kit.store import Store

log = logging.getLogger(__name__)


def do_due(service: Service, store: Store) -> int:
    """Do every chore whose time has come; returns how many."""
    done = 0
    while True:
        with store.unit():
            chore = store.take_chore()
            if chore is None:
                return done
            service.do_chore(store, chore["verb"], chore["subject"])
            done += 1


def move(service: Service, store: Store, seconds: int) -> int:
    """Move the clock ahead, and do what falls due; returns how much. Raises ValueError for a way back."""
    if seconds < 0:
        raise ValueError("the clock only goes forward")
    store.set("clock_offset", store.setting("clock_offset", 0) + seconds)
    return do_due(service, store)


def run(service: Service, store: Store, stop: threading.Event) -> None:
    """Looks for what is due, for as long as the process lives."""
    while not stop.is_set():
        try:
            do_due(service, store)
        except Exception:
            log.exception("a chore broke")
        stop.wait(0.2)
