"""A new kind of document: the statement of a shop's month in a currency."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0013_evidence_and_fraud_warnings"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("sales_receipt", "Sales receipt"),
                    ("credit_note", "Credit note"),
                    ("fee_invoice", "Fee invoice"),
                    ("wallet_statement", "Wallet statement"),
                    ("shop_statement", "Shop statement"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="documentrequest",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("sales_receipt", "Sales receipt"),
                    ("credit_note", "Credit note"),
                    ("fee_invoice", "Fee invoice"),
                    ("wallet_statement", "Wallet statement"),
                    ("shop_statement", "Shop statement"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="documentseries",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("sales_receipt", "Sales receipt"),
                    ("credit_note", "Credit note"),
                    ("fee_invoice", "Fee invoice"),
                    ("wallet_statement", "Wallet statement"),
                    ("shop_statement", "Shop statement"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
    ]
