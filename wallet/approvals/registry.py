"""The table of actions: name → the Action of the app that owns the verb. An app on the right adds a line, not code here."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from wallet.approvals.action import Action


@functools.cache
def actions() -> Mapping[str, Action]:
    """Every action by its name, as rows keep it."""
    paths: Mapping[str, str] = import_string(settings.APPROVAL_ACTIONS)
    return {name: import_string(path) for name, path in paths.items()}


def action_of(name: str) -> Action:
    """The action of this name. Raises KeyError for one that nobody has any more."""
    return actions()[name]
