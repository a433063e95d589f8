"""The promises and limits of the wallet: statements, approvals, play money.

Each number stands here alone, with its unit, why it is so, and where it comes from.
"""

import datetime as dt

# ---- approvals ---------------------------------------------------------------------------------------------
# A credit that nobody decided on by then is asked for anew: what was right last week may not be now. Shown to staff.
APPROVAL_LAPSES_AFTER = dt.timedelta(days=7)
APPROVALS_LAPSED_AT_ONCE = 500  # requests, in one transaction; the next run takes the others

# What one person may move alone with a reason, minor units: the sum of what they asked about one subject on one day (UTC).
# Above it two people decide. A currency without a row: always two.
TWO_PERSON_LIMIT = {"USD": 50_000, "GBP": 40_000, "EUR": 50_000, "CAD": 70_000, "XOF": 300_000}

# ---- statements --------------------------------------------------------------------------------------------
STATEMENT_PAGE_LINES = 25  # two screens
STATEMENT_MONTHS = 36  # how far back the list of months goes; a file of everything goes further
# Lines of a file read at a time: a file of any length needs the memory of one chunk.
STATEMENT_LINES_AT_ONCE = 1_000
EXPORT_ROWS_AT_ONCE = 2_000

# ---- books -------------------------------------------------------------------------------------------------
# Transfers of one of BANIBS's accounts until its checkpoint moves: a sum never reads many more.
CHECKPOINT_AFTER_TRANSFERS = 1_000

# New rows of a table that one run of every ten minutes looks at: a quarter of a minute's work. More is the night's.
VERIFIED_AT_ONCE = 200_000

# ---- play money of a development machine -------------------------------------------------------------------
DEMO_CREDIT_UNITS = 100  # whole units of the currency, each time
DEMO_CREDITS_PER_DAY = 10  # enough for a day's play; a loop that forgot to stop is stopped
