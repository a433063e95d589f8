"""Fixtures of payouts."""

from __future__ import annotations

import pytest

from tests import market as scene


@pytest.fixture
def market(db: None) -> scene.Market:
    """The market with its shops open."""
    return scene.opened()
