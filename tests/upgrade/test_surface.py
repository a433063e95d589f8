"""Whoever holds an address, a queued task or a field of the API holds it after an upgrade too."""

from tests.upgrade.surface import BASELINE, surface


def test_nothing_that_others_hold_has_gone() -> None:
    before = BASELINE.read_text().splitlines()
    assert len(before) > 1_000
    assert sorted(set(before) - set(surface())) == []
