"""Signing up and in, passwords, and the emails of an account."""
