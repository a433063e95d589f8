"""The limits of payouts. When money clears is a promise of the market: `marketplace.policy.CLEAR_AFTER`."""

# Orders of one run of the timetable, which comes every five minutes: a transaction each, far below a task's time limit.
ORDERS_CLEARED_AT_ONCE = 500
