"""Where a reference leads: the numbers that people know things by → the page of the thing.

An app on the left may show a number of an app to its right; the setting REFERENCE_LINKS names this table.
"""

# The reference, whole → the page and what of the reference its address takes (the first group).
LINKS = (
    (
        r"(B-[0-9]+)(?:-[0-9]+)?",
        "marketplace:order",
    ),  # a checkout, or one seller's order of it: the buyer's page
    (r"(PO-[0-9]+)", "payouts:payout"),  # a payout, on its shop's page
)
