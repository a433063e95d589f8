"""What must hold between cases, their orders and what was written about them."""

from banibs.core.audit import Check

CHECKS = [
    Check(
        "payments.case_open_is_a_case",
        "An order says that a case is open exactly when it has one that is not closed.",
        """SELECT o.number, o.case_open FROM marketplace_order o
            WHERE o.case_open <> EXISTS (SELECT FROM payments_case k
                                          WHERE k.order_id = o.id AND k.status <> 'closed')""",
    ),
    Check(
        "payments.settled_as_agreed",
        "A case that ended with money gave it back by a refund of its order, of the amount that was agreed.",
        """SELECT k.id AS "case", p.id AS proposal, r.id AS refund FROM payments_proposal p
             JOIN payments_case k ON k.id = p.case_id
             JOIN payments_refund r ON r.id = p.refund_id
            WHERE r.order_id <> k.order_id OR p.state <> 'accepted' OR r.amount <> coalesce(p.amount, r.amount)""",
    ),
    Check(
        "payments.messages_of_cases",
        "A message that belongs to a case is about the case's order.",
        """SELECT m.id AS message, m."case" FROM marketplace_message m
             LEFT JOIN payments_case k ON k.id = m."case"
            WHERE m."case" IS NOT NULL AND k.order_id IS DISTINCT FROM m.order_id""",
    ),
]
