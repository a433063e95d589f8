"""Business days, as Stripe counts them: Monday to Friday, each ending at midnight UTC. Bank holidays are not known here."""

DAY = 86400
_SATURDAY = 5


def after(moment: int, days: int) -> int:
    """The midnight at which that many business days have gone by, in seconds since 1970."""
    day = moment // DAY
    while days > 0:
        day += 1
        days -= _weekday(day) < _SATURDAY
    return day * DAY


def _weekday(day: int) -> int:
    return (day + 3) % 7  # day 0, the first of 1970, was a Thursday
