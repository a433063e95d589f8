"""The promises and limits of payments: what a card is charged, top-ups, webhooks, Stripe's patience and ours.

Each number stands here alone, with its unit, why it is so, and where it comes from. Only the standard library is
imported. When an order's money clears is `marketplace.policy.CLEAR_AFTER`.
"""

import datetime as dt

# ---- what a card is charged, in minor units ----------------------------------------------------------------
# Source: docs.stripe.com/currencies, "Minimum and maximum charge amounts". Another currency counts as the dollar.
CARD_MINIMUM = {"USD": 50, "GBP": 30, "EUR": 50, "CAD": 50}
# Of one charge, in any currency. Source: the same page, "the maximum amount is eight digits".
CARD_MAXIMUM = 99_999_999
# Of one top-up. Our promise: below, Stripe's fixed fee eats it; above, it is money that a stolen card would launder.
# Shown on the page, in its refusals, in the API's and in README-payments.md.
TOP_UP_LEAST = {"USD": 500, "GBP": 500, "EUR": 500, "CAD": 500}
TOP_UP_MOST = {"USD": 100_000, "GBP": 100_000, "EUR": 100_000, "CAD": 100_000}
TOP_UP_CHOICES = (1_000, 2_000, 5_000, 10_000)  # offered beside a sum of one's own
# A top-up that nobody finished ends after this: no stock waits for it. Said in README-payments.md.
TOP_UP_OPEN_FOR = dt.timedelta(days=1)

# ---- asking Stripe -----------------------------------------------------------------------------------------
# In the background; a web request has less patience (core.policy.OUTSIDE_READ_SECONDS). Stripe's own client waits for
# 80 seconds. A worker must outlive several silences within its time limit.
STRIPE_CONNECT_SECONDS = 4
STRIPE_READ_SECONDS = 20
STRIPE_MOST_RETRIES = 1  # by Stripe's library, with the same key
STRIPE_PAGE_ROWS = 100  # Stripe's own most of a list
SAVED_CARDS_SHOWN = 10
# A refund is sent again with the key of its first try only so long. Source: Stripe forgets a key after at least 24
# hours; later the same request would be another refund.
REFUND_KEY_GOOD_FOR = dt.timedelta(hours=20)
# How long what was sent with a key is kept, to be sent again as it was. Source: Stripe forgets keys after "at least" 24
# hours; longer than it has ever kept one, and no longer than our own answers (core.policy.IDEMPOTENCY_KEYS_KEPT_FOR).
STRIPE_REQUESTS_KEPT_FOR = dt.timedelta(days=30)

# What banks take to show a refund. Source: docs.stripe.com/refunds, five to ten business days. Said in the email.
CARD_REFUND_ARRIVES_WITHIN = dt.timedelta(days=10)

# ---- how long a checkout waits for its payment ------------------------------------------------------------
# Stock, coupon and wallet part wait so long for a payment. Source: Stripe ends a checkout session no sooner than 30
# minutes after it began. Shown: help, the page of an ended order, its email; the reason of the cancellation.
UNPAID_FOR = dt.timedelta(minutes=30)
# How often what another page opens meanwhile is ended before another way to pay is taken: each try ends one, and a
# person has no more than a few pages open.
CHANGE_METHOD_MOST_TRIES = 3

# ---- webhooks ----------------------------------------------------------------------------------------------
# Between Stripe's clock and ours, both ways. Source: Stripe's libraries tolerate five minutes. Said in SECURITY.md.
WEBHOOK_MOST_SKEW_SECONDS = 300
WEBHOOK_MOST_BYTES = 256 * 1024  # Stripe's events are tens of kilobytes; more is nobody's we know
# Tries until an event is dead and an incident is opened; the waits between them are `core.policy.retry_wait`.
WEBHOOK_MOST_RETRIES = 10
# A worker that took an event has it alone so long: longer than its calls to Stripe may take.
WEBHOOK_CLAIMED_FOR = dt.timedelta(minutes=2)
WEBHOOKS_AT_ONCE = 20  # of one task; a full one asks for the next at once, so that several workers share
WEBHOOKS_SWEPT_AT_ONCE = 500
WEBHOOK_SEARCHED_BACK = dt.timedelta(
    days=90
)  # when staff look for an object of Stripe's: their payloads are searched one by one
WEBHOOK_COUNTED_DAYS = 7  # of the counts beside the types; said there
WEBHOOK_MONITOR_ROWS = 50
WEBHOOK_MONITOR_INCIDENTS = 20
# What staff see as late: Stripe and the workers usually need seconds.
WORK_LATE_AFTER = dt.timedelta(minutes=5)

# ---- the books watch themselves ----------------------------------------------------------------------------
# What was tampered with is found within it: docs/faults.md says so.
LEDGER_WATCHED_EVERY = dt.timedelta(minutes=10)
# The night's run over all of the books; ten million transfers take a quarter of it.
LEDGER_VERIFY_MOST_SECONDS = 2 * 60 * 60
LEDGER_ROWS_TOLD = 5  # of what broke, in the incident; `verify_ledger` prints more

# ---- documents ----------------------------------------------------------------------------------------------
# Of one series, under its lock: whoever waits for the lock waits for so many at most.
DOCUMENTS_AT_ONCE = 100
DOCUMENT_SERIES_AT_ONCE = 500  # issuers of one kind in one run; the next run takes the rest
# Waits double each time and then stay: half a day between tries, for as long as it takes.
DOCUMENT_MOST_WAITS = 9
# A receipt takes a second, the longest document half a minute on a busy machine; a process that takes longer is ended, and
# the document tried again.
DOCUMENT_RENDER_SECONDS = 120
DOCUMENT_MOST_MEMORY_BYTES = 2 * 1024**3  # of that process; a long statement takes a tenth
# Sent by mail and kept for years: what a receipt of ten lines takes three times over.
DOCUMENT_MOST_BYTES = 300 * 1024
# With twice as many the file would be larger than that. Of a wallet's statement the file of lines (CSV) has them all; a fee
# invoice says several orders in one line.
DOCUMENT_MOST_LINES = 500
# How long after a month a shop's statement is drawn: longer than any transaction that was open at midnight may take.
SHOP_STATEMENT_AFTER = dt.timedelta(minutes=10)
# A worker that took a document has it alone so long: longer than making it may take.
DOCUMENT_CLAIMED_FOR = dt.timedelta(minutes=5)
DOCUMENTS_RENDERED_AT_ONCE = 50  # of one task; a full one asks for the next at once
# Whoever asks for a document that is not made yet asks again after this. The first is the API's Retry-After too.
DOCUMENT_ASKED_AGAIN_SECONDS = 2
DOCUMENT_ASKED_LATER_SECONDS = 5
DOCUMENT_ASKED_SOON_TIMES = 5  # after so many the longer one
INVOICES_SHOWN = 24  # of a page: two years of one currency
# Where a business that buys a service from abroad reckons the tax itself ("reverse charge"). Sources: Directive 2006/112/EC,
# article 196 (the EU's states); VAT Act 1994, section 8 (GB); merverdiavgiftsloven § 3-30 (NO); MWSTG article 45 (CH).
# Elsewhere the fee is outside the scope of the tax.
REVERSE_CHARGE_COUNTRIES = frozenset(
    {
        "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR",
        "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip

# ---- sweepers ----------------------------------------------------------------------------------------------
# An intent that nobody has heard of for so long is looked up: an event that never comes costs a buyer no more.
# Said in README-payments.md.
INTENT_STALE_AFTER = dt.timedelta(minutes=2)
# One that the bank works on, for hours or days, is asked about so often: an event that is lost costs no more.
PROCESSING_ASKED_AFTER = dt.timedelta(hours=1)
# Stripe's real fee is asked for after this: its balance transaction is there a moment after the charge.
FEE_ASKED_AFTER = dt.timedelta(seconds=10)
# An event that was processed is copied at once; what is still without a copy after this was missed, and is made up for
# as long as a deploy or an outage may last.
MIRROR_MISSED_AFTER = dt.timedelta(minutes=2)
MIRROR_MISSED_FOR = dt.timedelta(days=1)
CHECKOUTS_EXPIRED_AT_ONCE = 200
SWEPT_AT_ONCE = 100  # intents, refunds, fees, unapplied payments of one run
# A dispute that is not decided is asked about so often: banks take weeks, and an event that is lost costs an hour.
DISPUTE_ASKED_AFTER = dt.timedelta(hours=1)
# Disputes that we never heard of are looked for among those that Stripe opened so lately: longer than any outage.
DISPUTES_LISTED_BACK = dt.timedelta(days=3)
# How often a share of a disputed top-up is drawn while its wallet is being spent; then the event is tried again later.
DISPUTE_MOST_DRAWS = 3
DISPUTES_LISTED_AT_ONCE = 1_000

# ---- evidence of a dispute ----------------------------------------------------------------------------------
# Evidence is handed in so long before Stripe's `due_by`, after which the bank reads nothing: a Stripe that is silent for
# an hour, or a worker that is down, costs no dispute. Shown: the dispute's pages, README-payments.md, docs/money.md.
EVIDENCE_LEAD = dt.timedelta(hours=6)
# Sellers are reminded so many days before that moment.
EVIDENCE_REMINDER_DAYS = (7, 3, 1)
# Stripe's own limits, of all files together and of all text. Source: docs.stripe.com/disputes/best-practices.
EVIDENCE_MOST_BYTES = 4_500_000
EVIDENCE_MOST_PAGES = 49  # "fewer than 50 pages"
EVIDENCE_TEXT_MOST_CHARACTERS = 20_000  # of one text field; ours together stay below Stripe's 150,000
# Of the bytes that all files may have, kept free for what merging adds.
EVIDENCE_SPARE_BYTES = 100_000
# Our own: what a seller may write and upload. A photograph is made smaller, so it may be larger than Stripe's limit.
EVIDENCE_NOTES_MOST_CHARACTERS = 5_000
EVIDENCE_UPLOAD_MOST_BYTES = 10_000_000
EVIDENCE_LOG_ROWS = 200  # downloads told to the bank
EVIDENCE_MOST_FILES = 10  # of one shop
EVIDENCE_PICTURE_MOST_PIXELS = 1_600  # of the longer side: a page at 150 dots per inch
# A submission that nobody knows about is asked for again after this.
EVIDENCE_ASKED_AGAIN_AFTER = dt.timedelta(minutes=5)
DISPUTE_ROWS = 50  # of a list, on pages
# How long one run may ask: a Stripe that is slow holds no worker much longer, and none into its time limit (300 s).
EXPIRY_RUN_SECONDS = 60
SWEEP_RUN_SECONDS = 30

# ---- something is wrong: cases and returns ------------------------------------------------------------------
# What each side may take before the next thing happens; each is shown on the case's page as a day and an hour.
CASE_SELLER_ANSWERS_WITHIN = dt.timedelta(
    days=3
)  # else BANIBS decides; a weekend and a day. Said in the help
CASE_BUYER_ANSWERS_WITHIN = dt.timedelta(days=7)  # else it is closed: a week away. Said in the help
# Until what goes back is on its way. Source: the EU's and the UK's law gives 14 days from the withdrawal.
CASE_PARCEL_SENT_WITHIN = dt.timedelta(days=14)
CASE_PARCEL_ARRIVES_WITHIN = dt.timedelta(
    days=14
)  # then BANIBS looks at a return, a replacement counts as come
# What has not come can be told so long after it was posted: as long as a card's bank would listen (Visa: 120 days).
CASE_NOT_RECEIVED_WITHIN = dt.timedelta(days=120)
# What came broken can be told at least so long after it came, whatever a shop says of things that it takes back.
CASE_WRONG_THING_TOLD_WITHIN = dt.timedelta(days=14)
CASES_SHOWN = 100  # of a shop's, those with the next deadline first
CASE_EVENTS_SHOWN = 200  # between the messages of a conversation: more than its cases can have
CASES_MOVED_AT_ONCE = 200  # of one run of the deadlines' job
CASE_PAGE_ASKS_AFTER_SECONDS = (
    15  # an open conversation looks for what is new; an answer takes people minutes
)

# ---- decisions of people ------------------------------------------------------------------------------------
# Orders and refunds of one payment that a refund made by hand may be: a checkout has fewer shops.
DECISION_MOST_CHOICES = 50

# ---- refunds ------------------------------------------------------------------------------------------------
# What a shop writes to its buyer with a refund: a few sentences, read in an email and on the order.
REFUND_NOTE_MOST_CHARACTERS = 500

# ---- the pages of a payment --------------------------------------------------------------------------------
# A second press of "Pay" waits for the first one's answer, three seconds in all.
SECOND_PRESS_WAITS_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.5)
# The page that a payer comes back to: without an event it asks Stripe itself, then says that an email will come.
# The first is said in README-payments.md, docs/architecture.md and docs/debugging.md.
RETURN_PAGE_ASKS_AFTER_SECONDS = 10
RETURN_PAGE_GIVES_UP_AFTER_SECONDS = 60
