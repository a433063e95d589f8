"""The chart of accounts, second edition: accounts with a cap, deferred revenue, real fees, reserves and debts."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0004_plan_once"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="account",
            name="wallet_account_chart",
        ),
        migrations.RemoveConstraint(
            model_name="movement",
            name="wallet_movement_key",
        ),
        migrations.AddField(
            model_name="account",
            name="capped",
            field=models.BooleanField(db_default=False, default=False, verbose_name="never above zero"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("capped", False), ("balance__lte", 0), _connector="OR"),
                name="wallet_account_cap",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("capped", False),
                        ("floored", True),
                        ("stored", True),
                        (
                            "code__regex",
                            "^(user:[1-9][0-9]*:wallet|user:[1-9][0-9]*:reserved|user:[1-9][0-9]*:disputed|seller:[1-9][0-9]*:pending|seller:[1-9][0-9]*:disputed|seller:[1-9][0-9]*:in_transit|seller:[1-9][0-9]*:reserve)$",
                        ),
                    ),
                    models.Q(
                        ("capped", True),
                        ("floored", False),
                        ("stored", True),
                        ("code__regex", "^(seller:[1-9][0-9]*:debt)$"),
                    ),
                    models.Q(
                        ("capped", False),
                        ("floored", False),
                        ("stored", True),
                        ("code__regex", "^(seller:[1-9][0-9]*:available)$"),
                    ),
                    models.Q(
                        ("capped", False),
                        ("floored", False),
                        ("stored", False),
                        (
                            "code__regex",
                            "^(platform:(revenue|processing)|platform:revenue_deferred|platform:tax:[A-Z][A-Z0-9-]{1,15}|platform:tax_on_fees:[A-Z]{2}|platform:(promotions|goodwill|bad_debt|card_fees|payout_fees)|platform:(equity|demo)|(stripe|paypal|wise|crypto|bank):clearing|stripe:(connected|disputes)|stripe:(refunds|unapplied))$",
                        ),
                    ),
                    _connector="OR",
                ),
                name="wallet_account_chart",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__regex", "^[a-z_]+(:[A-Za-z0-9_]+)+$")), name="wallet_movement_key"
            ),
        ),
        migrations.RunSQL((SQL / "0005_ledger_post.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "0005_guards.sql").read_text(), migrations.RunSQL.noop),
    ]
