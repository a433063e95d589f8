"""Tests of payments. The local Stripe stands in tests/conftest.py: others pay too."""
