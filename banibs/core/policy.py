"""The promises and limits of what every app shares: the API, events and their retries, pages, settings' timeouts.

Each number stands here alone, with its unit, why it is so, and where it comes from. Code reads `policy.NAME` when it
runs; pages and emails by `{% policy %}` (`banibs/core/templatetags/policy.py`). Only the standard library is imported,
so that settings can read it too.
"""

import datetime as dt

# ---- the API -----------------------------------------------------------------------------------------------
# Rows of one answer, the same as Stripe's lists, so that one client's habit fits both. Shown in the schema.
API_PAGE_MOST_ROWS = 100
# Objects and lists within each other in a request: far more than ours need, far less than what breaks a parser.
API_MOST_NESTING = 32
# How often one refusal of a thing that exists is written down per person and thing: an attacker fills no table.
REFUSAL_RECORDED_ONCE_IN = dt.timedelta(hours=1)

# ---- requests ----------------------------------------------------------------------------------------------
# A body that is no file, and its fields: room for the longest form, a listing with all its variants and prices.
REQUEST_MOST_BYTES = 2 * 1024 * 1024
FORM_MOST_FIELDS = 500
# How long a client is asked to wait while the database or Redis is away: both start again within seconds.
AWAY_RETRY_SECONDS = 5
# And after waiting in vain for a row, or for a place among the calls outside: whoever held it is done by then.
BUSY_RETRY_SECONDS = 2
# How long browsers refuse plain HTTP after one visit over HTTPS. Source: hstspreload.org asks for a year.
HTTPS_ONLY_SECONDS = 365 * 24 * 3600

# ---- idempotency -------------------------------------------------------------------------------------------
# Characters of an Idempotency-Key: Stripe's own limit, so that one key serves both. The column holds no more.
IDEMPOTENCY_KEY_MOST_CHARACTERS = 255
# How long an answer is repeated for its key. No client repeats a request so late (Stripe keeps its own for a day).
IDEMPOTENCY_KEYS_KEPT_FOR = dt.timedelta(days=30)

# ---- events and what follows them --------------------------------------------------------------------------
# After n failures the next try waits 2^n of these; ten tries span 17 hours, so that an outage
# of a night loses nothing. Events, emails and webhooks wait alike.
RETRY_FIRST_WAIT = dt.timedelta(minutes=1)
# Tries until a delivery is dead and staff are told.
EVENT_MOST_ATTEMPTS = 10
# Deliveries of one run: far below the time limit of a task; a full run asks for the next at once.
EVENTS_AT_ONCE = 200
# A task that was asked for and never began is asked for again after this: longer than a healthy queue takes.
TASK_FORGOTTEN_AFTER_SECONDS = 5

# ---- the database ------------------------------------------------------------------------------------------
# Tries of a transaction that met another; then 503, and the person presses again.
DATABASE_MOST_TRIES = 3
# Doubled each time, and spread so that two that met do not meet again.
DATABASE_FIRST_WAIT_SECONDS = 0.02

# What a statement waits for a row that another holds, and what it may take in all, by kind of process. A visitor looks
# at a blank page meanwhile, and each of the few threads that waits is one that answers nobody; a lock is held for
# milliseconds. Jobs meet nobody's patience, so they wait longer, but none longer than its task may run. Commands
# (migrations, the audit at a prompt) wait as long as it takes.
WEB_LOCK_SECONDS = 3
WEB_STATEMENT_SECONDS = 15
WORKER_LOCK_SECONDS = 30
WORKER_STATEMENT_SECONDS = 300

# ---- calls outside from a web request (Stripe, buckets) ----------------------------------------------------
# Our promise to whoever waits at the screen; one try. Jobs have longer limits and try again.
OUTSIDE_CONNECT_SECONDS = 2
OUTSIDE_READ_SECONDS = 8
# One in so many threads of a process may be in such calls at once: whoever hangs, the others still answer.
OUTSIDE_ONE_THREAD_IN = 3
# How long a request waits for a place among them: two healthy calls.
OUTSIDE_PLACE_WAIT_SECONDS = 2
# After so many silences in a row a service is not asked: who wants it hears "slow" at once, not after ten seconds.
OUTSIDE_MOST_SILENCES = 3
# Then one request in so many seconds asks, to see whether it is back.
OUTSIDE_PROBE_SECONDS = 15

# ---- timeouts (settings) -----------------------------------------------------------------------------------
# A page must not hang on an engine that is away: it says so instead.
DATABASE_CONNECT_SECONDS = 5
DATABASE_POOL_WAIT_SECONDS = 10
REDIS_CONNECT_SECONDS = 1
REDIS_ANSWER_SECONDS = 2
EMAIL_SERVER_SECONDS = 10
# A task is asked to stop, then stopped; the broker hands a vanished worker's message out again after both.
TASK_STOP_SECONDS = 240
TASK_MOST_SECONDS = 300
TASK_HANDED_OUT_AGAIN_SECONDS = 600

# ---- pages -------------------------------------------------------------------------------------------------
# Rows of a list where its page names no other number: six rows of four, four of six.
PAGE_ROWS = 24
# How long a page that is the same for many is shown again: nobody's own numbers are in what is kept.
PAGE_KEPT_SECONDS = 60
PAGE_KEPT_MOST_QUERY_CHARACTERS = 200  # a longer address is nobody's link, and would only fill the cache
# How long a drawn part of the frame (header, footer) is shown again, and how many a process keeps of them: one per
# region, language, theme and department.
FRAGMENT_KEPT_SECONDS = 60
FRAGMENTS_KEPT = 400
# How long a process keeps the tree of categories. CATEGORIES_KEEP_SECONDS of the environment may set another.
CATEGORIES_KEPT_SECONDS = 60

# ---- staff -------------------------------------------------------------------------------------------------
# Rows counted of each queue of the dashboard; beyond, it says "1,000+". A count of more reads too much.
QUEUE_MOST_COUNTED = 1_000
# The dashboard asks again by itself, and says so.
DASHBOARD_REFRESH = dt.timedelta(seconds=30)
# Rows that `verify_ledger` prints of a broken check; the count says how many there are.
AUDIT_ROWS_SHOWN = 20
# Of PostgreSQL, for each sort or join of a check; what does not fit goes to disk. A check has a handful of them.
AUDIT_WORK_MEMORY_MEGABYTES = 32
# While a release is brought up, its migrations are there before its servers: the guards of the database are theirs.
GUARDS_WAIT_FOR_RELEASE = dt.timedelta(hours=1)
STAFF_PAGE_ROWS = 50  # of a table in the admin
STAFF_SEARCH_ROWS = 10  # of each table, when staff search everything: more is a search within the table
STAFF_SEARCH_MOST_CHARACTERS = 100
# Characters of the reason that staff give for a change.
STAFF_REASON_MOST_CHARACTERS = 500


def retry_wait(failures: int) -> dt.timedelta:
    """How long after so many failures the next try is made: doubled each time."""
    return RETRY_FIRST_WAIT * (1 << failures)
