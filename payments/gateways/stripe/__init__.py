"""All that talks to Stripe, or is read by it. Nothing else imports the `stripe` library."""
