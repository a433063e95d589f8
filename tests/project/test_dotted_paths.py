"""Every name that settings, registries and the timetable spell as a dotted path leads to something."""

import importlib
import importlib.util
import re
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings

from banibs.celery import app
from banibs.periodic_jobs import TIMETABLE

OURS = re.compile(r"^(?:banibs|wallet|marketplace|payments|payouts)(?:\.\w+)+$")


def _strings(value: object) -> Iterator[str]:
    """Each string inside a setting, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _strings(inner)


def _paths(name: str) -> list[str]:
    return sorted({text for text in _strings(getattr(settings, name)) if OURS.match(text)})


def _leads_somewhere(path: str) -> bool:
    """True for a module, and for an attribute of one."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            if not hasattr(found, attribute):
                return False
            found = getattr(found, attribute)
        return True
    return False


def test_settings_name_nothing_that_is_gone() -> None:
    named = {name: _paths(name) for name in dir(settings) if name.isupper()}
    assert sum(map(len, named.values())) > 40
    gone = {name: [path for path in paths if not _leads_somewhere(path)] for name, paths in named.items()}
    assert {name: paths for name, paths in gone.items() if paths} == {}


def test_a_path_that_leads_nowhere_is_seen() -> None:
    assert not _leads_somewhere("payments.no_such_room")
    assert not _leads_somewhere("payments.tasks.no_such_task")


def test_registries_name_functions_that_stand() -> None:
    handlers = importlib.import_module(settings.STRIPE_EVENT_HANDLERS.rpartition(".")[0])
    subscribers = importlib.import_module(settings.EVENT_SUBSCRIBERS.rpartition(".")[0])
    actions = importlib.import_module(settings.APPROVAL_ACTIONS.rpartition(".")[0])
    paths = {*handlers.HANDLERS.values(), *(path for path, _kinds in subscribers.SUBSCRIBERS.values())}
    paths |= {*handlers.CONNECT_HANDLERS.values(), *actions.ACTIONS.values()}
    assert len(paths) > 5
    assert [path for path in sorted(paths) if not _leads_somewhere(path)] == []


def test_the_timetable_names_registered_tasks() -> None:
    for package in apps.get_app_configs():
        if OURS.match(f"{package.name}.tasks") and importlib.util.find_spec(f"{package.name}.tasks"):
            importlib.import_module(f"{package.name}.tasks")
    assert [task for task, _when in TIMETABLE.values() if task not in app.tasks] == []
