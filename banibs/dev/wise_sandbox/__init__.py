"""A local Wise: quotes, recipients, transfers and balances of one business profile, and signed webhooks.

A process of its own: it imports nothing of the application and nothing of the application imports it. Source of every
shape: docs.wise.com/api-reference (quote, recipient, transfer, balance, balance-statement) and
docs.wise.com/guides/developer/webhooks/event-handling, the addresses /v1 to /v4 ("legacy"), read on 2026-11-27.
"""
