"""Changes a policy for the length of a test."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from tests.promises.helpers import Change


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Gives a policy another value: `change("marketplace.CLEAR_AFTER", dt.timedelta(days=5))`."""

    def changed(name: str, value: object) -> None:
        app, constant = name.split(".")
        monkeypatch.setattr(import_module(f"{apps.get_app_config(app).name}.policy"), constant, value)

    return changed
