"""A local PayPal: Payouts REST, our balance there, and signed webhooks, with no account and no network.

A process of its own: it imports nothing of the application and nothing of the application imports it. Source of every
shape: developer.paypal.com/api/payments.payouts-batch/v1, /api/rest/webhooks/rest, /api/webhooks/v1 and
/payouts/webhooks, read on 2026-11-27.
"""
