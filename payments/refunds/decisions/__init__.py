"""What people decide about refunds and late payments that are stuck, and about refunds made by hand at Stripe."""
