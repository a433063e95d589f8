"""The three tables where the left reaches the right: event subscribers, Stripe event handlers, reference links."""
