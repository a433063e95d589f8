"""A local Stripe: the same REST, test cards, hosted pages and signed events, with no account and no network.

It is a process of its own with its own state file. It imports nothing of the application and the application
imports nothing of it; they meet over HTTP only, as BANIBS and the real Stripe do. Development and tests only.
docs "Money", Stripe, and the local Stripe.
"""
