"""The promises and limits of payouts. When money clears is a promise of the market: `marketplace.policy.CLEAR_AFTER`.

Each number stands here alone, with its unit, why it is so, and where it comes from.
"""

import datetime as dt

# ---- clearing ----------------------------------------------------------------------------------------------
# Orders of one shop and currency that clear in one transaction: its accounts stay locked for a tenth of a second.
ORDERS_CLEARED_AT_ONCE = 500
ORDERS_CLEARED_PER_RUN = 100_000  # of the timetable, every five minutes: less than a minute's work
CLEARING_RUN_SECONDS = 200  # well below a task's limit; the next run takes the rest
CLEARING_DAYS_SHOWN = (
    14  # of a shop's pending money; two days after payment, so more are days of a moved clock
)
CLEARING_EXAMPLES_SHOWN = 3  # orders that wait for the same thing, named beside their number

# ---- destinations ------------------------------------------------------------------------------------------
# A new or changed destination waits, so that whoever took over an account cannot empty it before its owner has read
# the email. Shown on the methods page and in that email (docs "Money", Payouts).
METHOD_WAITS = dt.timedelta(hours=72)
METHODS_MOST = (
    20  # of a shop at a time: each currency and country of a large one, and no more to look through
)
# New ones of a shop: nobody has more accounts in a day, and whoever tries out stolen ones does.
METHODS_ADDED_MOST = 8
METHODS_ADDED_WITHIN = dt.timedelta(hours=24)
METHODS_SEALED_AT_ONCE = 200  # in one transaction, when the key is changed
METHODS_CHECKED_AT_ONCE = 50  # of one run of the timetable: an outside call each
# The "this was not me" link of the email about a new destination: longer than the wait, so that who reads letters once a
# week can still stop what was sent meanwhile from going on.
NOT_ME_LINK_GOOD_FOR = dt.timedelta(days=14)
NOT_ME_REVIEWED_WITHIN = dt.timedelta(days=2)  # shown to the seller as the day on which the hold is looked at
# The first payout to a crypto address, minor units: small, because a wrong address gives nothing back. More is sent when
# the seller has seen it arrive. A currency without a row: the whole amount, once.
FIRST_CRYPTO_PAYOUT = {"USD": 5_000, "GBP": 4_000, "EUR": 4_500}

# ---- amounts -----------------------------------------------------------------------------------------------
# The smallest payout per currency of the balance, minor units: below it a transfer costs more than it carries. A
# country's own minimum (countries.csv) counts where it is larger; a currency without a row: one major unit.
PAYOUT_MINIMUM = {"USD": 1_000, "GBP": 1_000, "EUR": 1_000, "CAD": 1_000, "XOF": 5_000, "NGN": 500_000}
# The largest single payout, major units of any currency. A bank's own limit may be lower; larger sums go in parts.
PAYOUT_MOST_MAJOR_UNITS = 1_000_000

# ---- sending -----------------------------------------------------------------------------------------------
PAYOUTS_SENT_AT_ONCE = 200  # of one run of the timetable: an outside call each, far below a task's time limit
ATTEMPTS_LOOKED_UP_AT_ONCE = 200
# A provider that was short of our money is asked again after this, or as soon as it says that money has come: each
# asking is an attempt of its own, with two movements, and card money takes business days.
PROVIDER_SHORT_WAITS = dt.timedelta(hours=1)
# An attempt that was begun and not finished is taken up again after this: no provider's answer takes that long.
ATTEMPT_LEFT_AFTER = dt.timedelta(minutes=2)
# When a provider is asked again how an attempt fares: after each look, the last for ever. Webhooks come first; this is
# for those that were lost.
LOOK_UP_WAITS = (
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=6),
    dt.timedelta(hours=24),
)
# After it was paid a bank may still send it back; the provider is asked that long. Source: Stripe, "Payout failures":
# usually within five business days; Wise and PayPal up to a month.
PAID_LOOKED_AT_FOR = dt.timedelta(days=35)
# Stripe forgets an idempotency key after 24 hours; an attempt older than this is found by its marks, never sent again.
ATTEMPT_KEY_GOOD_FOR = dt.timedelta(hours=23)

# ---- Stripe ------------------------------------------------------------------------------------------------
# Business days until a standard payout arrives, from and to; a recipient's money waits one more. Source: Stripe,
# "Payouts" and "Service agreement types".
STRIPE_WORKING_DAYS = (1, 3)
STRIPE_PAYOUTS_LISTED = 20  # of a shop's account, on its page
STRIPE_PAYOUTS_SEARCHED = 100  # for one of ours whose answer was lost: Stripe's own most of a list

# ---- figures for sellers -------------------------------------------------------------------------------------
# Shops summed anew in one run of the timetable, which comes every few minutes: each in a transaction of its own.
SHOPS_SUMMED_AT_ONCE = 20
CHART_MONTHS = 6  # columns that fit a phone. Said under the chart
CHART_PARTS = 5  # of a ring: as many as there are colours that can be told apart
CHART_TOTAL_MOST_CHARACTERS = 8  # that fit inside the ring; a longer amount is shortened
PERIOD_CHOICES = 36  # months that the choice of a month offers; older ones by their address
EXPLAIN_PAGE_ROWS = 25  # entries of one page that explains a figure

# ---- PayPal and Wise ---------------------------------------------------------------------------------------
# In the background; a web request has less patience (core.policy.OUTSIDE_READ_SECONDS). As for Stripe.
PROVIDER_CONNECT_SECONDS = 4
PROVIDER_READ_SECONDS = 20
# PayPal knows a sender_batch_id for 30 days (developer.paypal.com/api/payments.payouts-batch/v1); an attempt without
# an answer is asked for again under it until a day before, and by a person after that.
PAYPAL_KEY_GOOD_FOR = dt.timedelta(days=29)
# What nobody claims at PayPal comes back after this; PayPal's rule (developer.paypal.com/payouts/troubleshooting), said.
PAYPAL_UNCLAIMED_FOR = dt.timedelta(days=30)
# How much less than the seller confirmed may arrive, basis points; worse is asked about. Said in docs "Money", Payouts.
QUOTE_WORSE_AT_MOST_BPS = 100
# A quote of Wise's holds for 30 minutes; one that ends sooner than this is asked for anew before it is used.
QUOTE_LEFT_AT_LEAST = dt.timedelta(minutes=1)
# A transfer of ours is looked for from so long before its attempt: Wise's clock is not ours.
WISE_LOOKED_BEFORE = dt.timedelta(days=7)
WISE_PAGE_ROWS = 100  # transfers of one listing
WISE_MOST_PAGES = 20  # listings looked through for one transfer
PAYOUTS_LISTED = 50  # payouts that a page shows as the provider lists them
LISTED_BACK = dt.timedelta(days=90)

# ---- schedules ---------------------------------------------------------------------------------------------
# Of a shop, not counting those that ended: one per currency and destination is plenty, and a page shows them all.
SCHEDULES_OF_A_SHOP = 20
# How far ahead a payout on one date may be set: longer than that nobody knows what the shop will want.
SCHEDULE_FURTHEST = dt.timedelta(days=366)
# Of one run of the timetable, which comes every five minutes: a transaction each, far below a task's time limit.
SCHEDULES_RUN_AT_ONCE = 500
# A quote that is shown on the last step of the wizard is good that long where the provider names no end of it.
QUOTE_SHOWN_FOR = dt.timedelta(minutes=15)

# ---- pages -------------------------------------------------------------------------------------------------
PAYOUTS_ON_OVERVIEW = 6  # rows
PAYOUTS_ON_THEIR_WAY_SHOWN = 3  # in the card of what is on its way; the history has all
RUNS_SHOWN = 24  # due dates on the page of schedules

# ---- checked by people ---------------------------------------------------------------------------------------
# What a shop asks for in a day (CHECKED_DAY), minor units: a payout that takes it above this is held until people have
# released it. Ten times what one member of staff moves alone (`wallet.policy.TWO_PERSON_LIMIT`), so it always takes two.
# A currency without a row: each payout.
PAYOUT_CHECKED_ABOVE = {
    "USD": 500_000,
    "GBP": 400_000,
    "EUR": 500_000,
    "CAD": 700_000,
    "XOF": 3_000_000,
    "NGN": 700_000_000,
    "GHS": 5_000_000,
}
CHECKED_DAY = dt.timedelta(hours=24)
CHECKED_WITHIN = dt.timedelta(
    hours=24
)  # a promise: said to the seller, and the deadline in the staff's queue
HOLD_REVIEWED_WITHIN = dt.timedelta(days=30)  # the furthest date on which a hold of a shop is looked at again
PAYOUT_DESK_ROWS = 50  # of a page of the queue: each row has notes of its own
RISK_NEW_METHOD = dt.timedelta(days=14)  # a younger destination is noted; account takeovers use new ones
RISK_BUSY_WEEK = dt.timedelta(days=7)
RISK_BUSY_PAYOUTS = 5  # more payouts than this in a busy week are noted

# ---- crypto ------------------------------------------------------------------------------------------------
OFFER_STANDS_FOR = dt.timedelta(hours=24)  # a rate that the treasury named; then the payout is canceled
OFFERS_LAPSED_AT_ONCE = 100  # of one run of the timetable, a transaction each
