"""What must hold of numbered documents: no number is left out, and each says what its fact says."""

from banibs.core.audit import Check

_SERIES = """SELECT s.issuer, s.kind, s.year, s.last, count(d.id) AS documents, max(d.number) AS highest
             FROM payments_documentseries s LEFT JOIN payments_document d ON d.series_id = s.id{which}
            GROUP BY s.id
           HAVING count(d.id) <> s.last OR coalesce(max(d.number), 0) <> s.last
               OR bool_or(d.kind <> s.kind) OR bool_or(d.name <> concat(left(d.name, 1), '-', s.year, '-',
                                                                        lpad(d.number::text, 6, '0')))"""
_FACTS = """SELECT d.name, d.subject, (d.snapshot ->> 'total')::bigint AS says, f.amount AS fact
             FROM payments_document d
             LEFT JOIN LATERAL (
               SELECT o.total AS amount FROM marketplace_order o
                WHERE d.kind IN ('receipt', 'sales_receipt') AND o.paid_at IS NOT NULL
                  AND d.subject = 'order:' || o.id AND o.id = split_part(d.subject, ':', 2)::bigint
                UNION ALL
               SELECT r.amount FROM payments_refund r
                WHERE d.kind = 'credit_note' AND d.subject = 'refund:' || r.id
                  AND r.id = split_part(d.subject, ':', 2)::bigint
             ) f ON true
            WHERE d.kind IN ('receipt', 'sales_receipt', 'credit_note'){which}
              AND (d.snapshot ->> 'total')::bigint IS DISTINCT FROM f.amount"""

CHECKS = [
    Check(
        "payments.documents_count_on",
        "The documents of a series are 1 to its last number: none is missing, none is twice, each bears its own.",
        _SERIES.format(which=""),
        recent=_SERIES.format(
            which=""" WHERE s.id IN (SELECT series_id FROM payments_document WHERE id > %(payments_document)s)"""
        ),
    ),
    Check(
        "payments.documents_say_their_facts",
        "A receipt says what its order was sold for, a credit note what its refund gave back.",
        _FACTS.format(which=""),
        recent=_FACTS.format(which=" AND d.id > %(payments_document)s"),
    ),
]
