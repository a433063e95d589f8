"""The limits of the API as a whole. Rows of a page and sizes of a request are `banibs.core.policy`.

Each number stands here alone, with its unit, why it is so, and where it comes from. Nothing is imported, so that settings
can read it.
"""

# Requests of one person, and of one address without a key. Our promise; the environment may set others
# (API_RATE_PERSON, API_RATE_ADDRESS). Ten a second is more than a careful script asks, two more than a person looks.
REQUESTS_PER_PERSON = "600/min"
REQUESTS_PER_ADDRESS = "120/min"
