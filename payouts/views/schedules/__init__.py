"""Pages on which a payout is asked for or set for later: three steps, and the schedules that were set."""
