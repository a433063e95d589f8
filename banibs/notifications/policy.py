"""The limits of notifications and their emails. The waits between tries are `banibs.core.policy.retry_wait`."""

# Emails of one run: a slow mail server (10 s each at worst) is found out long before a task's time limit.
EMAILS_AT_ONCE = 100
# Tries until an email is given up and staff are told; the notification stays on its page.
EMAIL_MOST_ATTEMPTS = 10
PAGE_ROWS = 30  # two screens
UNREAD_MOST_COUNTED = 100  # beyond, the bell says "99+"
TITLES_NAMED = 3  # products named in a sentence; of the others the number is told
