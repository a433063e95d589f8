"""The limits of API keys. Rates and sizes of requests are `banibs.core.policy`."""

import datetime as dt

# What a key's maker chooses from, in days; the fourth choice is "until I revoke it". Shown on /developers/keys/.
KEY_LIVES_DAYS = (30, 90, 365)
KEY_LIFE_DAYS_AT_FIRST = 90  # chosen unless the maker chooses: a forgotten key ends within a season
# "Last used" is exact to a minute: a write per request is not worth more.
KEY_USE_RECORDED_EVERY = dt.timedelta(minutes=1)
KEYS_SHOWN = 100
