"""Encryption at rest, detection of card numbers, and the audit of refused access."""
