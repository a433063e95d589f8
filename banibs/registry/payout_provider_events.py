"""Which of our functions works on a stored event of a payout provider, by the provider's name.

Stripe's events have a table of their own: `stripe_event_handlers.py`.
"""

HANDLERS: dict[str, str] = {
    "paypal": "payouts.provider_events.paypal.work_on",
    "wise": "payouts.provider_events.wise.work_on",
}
