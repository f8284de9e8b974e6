"""Names and telephones of customers in columns that are sealed, their keys in hashed ones."""

from django.db import migrations, models

import chengnuo.vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_keys_of_all"),
        ("people", "0005_authenticator"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="customerphone",
            name="phone_once_a_customer",
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_by_name_key",
        ),
        migrations.AddField(
            model_name="customerphone",
            name="whole",
            field=chengnuo.vault.fields.BlindKey(default="", max_length=100),
        ),
        migrations.AlterField(
            model_name="customer",
            name="name",
            field=chengnuo.vault.fields.SealedText(longest=100),
        ),
        migrations.AlterField(
            model_name="customer",
            name="name_key",
            field=chengnuo.vault.fields.BlindKey(default="", max_length=100),
        ),
        migrations.AlterField(
            model_name="customer",
            name="phone",
            field=chengnuo.vault.fields.SealedText(default="", longest=60),
        ),
        migrations.AlterField(
            model_name="customer",
            name="phone_key",
            field=chengnuo.vault.fields.BlindKey(default="", max_length=100),
        ),
        migrations.AlterField(
            model_name="customerphone",
            name="key",
            field=chengnuo.vault.fields.BlindKey(default="", max_length=100),
        ),
        migrations.AlterField(
            model_name="customerphone",
            name="number",
            field=chengnuo.vault.fields.SealedText(longest=60),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["organisation", "name_key"], name="customer_by_name_key"),
        ),
    ]
