"""Destinations of shops: what is offered, added, checked, changed and removed. One set of rules for page, API and admin."""
