"""Money back at random: a trader who does what people and Stripe do, beside a bookkeeper who knows only plain numbers."""
