"""A further number stands once with a customer: told by its hash, since what is sealed differs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("customers", "0007_sealed_all"),)
    operations = (
        migrations.AddConstraint(
            model_name="customerphone",
            constraint=models.UniqueConstraint(
                fields=("customer", "whole"), name="phone_once_a_customer"
            ),
        ),
    )
