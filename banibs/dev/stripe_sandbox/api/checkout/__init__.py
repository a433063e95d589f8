"""Sessions of the hosted payment page."""
