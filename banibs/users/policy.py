"""The promises and limits of accounts: sign-in, sessions, links in emails, the address book.

Each number stands here alone, with its unit, why it is so, and where it comes from; settings hand those that are
allauth's or Django's on to them.
"""

import datetime as dt

# ---- signing in --------------------------------------------------------------------------------------------
# How long a browser stays signed in. Our promise; SECURITY.md names it, because an old SECRET_KEY is kept as long.
SESSION_AGE = dt.timedelta(days=14)
# How long a password just typed is enough for what is well guarded. Shown where it is asked for.
REAUTHENTICATION_GOOD_FOR = dt.timedelta(minutes=5)
# NIST SP 800-63B-3 (5.1.1.2) asks for at least eight. Shown under the field.
PASSWORD_LEAST_CHARACTERS = 10
# Limits in allauth's notation: how often / in what time / counted by what ("key": the account). The message of a
# refusal says how long to wait.
SIGN_IN_LIMIT = "30/m/ip"  # an office behind one address signs in at nine
# Guesses of a password: five per account in a quarter of an hour are 480 a day, too few for a dictionary; twenty per
# address and hour stop one machine that tries many accounts.
# A refusal says how long to wait.
PASSWORD_GUESS_WAIT = dt.timedelta(minutes=15)
PASSWORD_GUESS_LIMIT = f"20/h/ip,5/{PASSWORD_GUESS_WAIT // dt.timedelta(minutes=1)}m/key"
SIGN_UP_LIMIT = "20/h/ip"
PASSWORD_RESET_LIMIT = "20/h/ip,5/h/key"  # each sends an email to somebody who may not have asked
EMAIL_CONFIRMATION_LIMIT = "1/30s/key"
REAUTHENTICATION_LIMIT = "10/15m/user"
PASSWORD_CHANGE_LIMIT = "10/15m/user"
EMAIL_CHANGE_LIMIT = "10/15m/user"
# Said where a limit tells no time of its own: the window of allauth's other limits.
OTHER_LIMITS_WAIT_SECONDS = 60

# ---- links in emails ---------------------------------------------------------------------------------------
# Whole days: allauth counts no finer. A weekend without mail is survived. Said in the email and by a spent link.
EMAIL_CONFIRMATION_GOOD_FOR = dt.timedelta(days=3)
# Django's own default.
PASSWORD_RESET_GOOD_FOR = dt.timedelta(days=3)

# ---- what a person keeps -----------------------------------------------------------------------------------
EMAIL_ADDRESSES_MOST = 2  # the old and the new one, while the new one waits for its confirmation
ADDRESS_BOOK_MOST = (
    30  # on one page without turning; a family and a shop's customers fit. Shown when it is full
)
# Theme and region are remembered in cookies. Source: Chrome keeps none longer than 400 days.
PREFERENCE_COOKIE_AGE = dt.timedelta(days=365)
# Characters of a browser's name that are searched: a longer one is nobody's browser.
USER_AGENT_MOST_CHARACTERS = 512

# ---- tax numbers -------------------------------------------------------------------------------------------
# Of a number whose form nobody has told us. The shortest that a country gives has five signs, the longest eighteen
# (OECD, Tax identification numbers by jurisdiction). Said beside the field.
TAX_ID_LEAST_CHARACTERS = 5
TAX_ID_MOST_CHARACTERS = 20
TAX_ID_TYPED_MOST_CHARACTERS = 40  # with the spaces and dashes that people write; the fields' width
TAX_ID_SHOWN_CHARACTERS = 4  # the end that is shown of a masked one, as banks do: the person knows it again
COMPANY_NAME_MOST_CHARACTERS = 150  # as wide as a person's name
