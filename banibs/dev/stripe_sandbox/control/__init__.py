"""The switches that make the local Stripe misbehave, its clock and its timetable."""
