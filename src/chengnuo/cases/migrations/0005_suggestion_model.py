import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_words_of_all"),
    ]

    operations = [
        migrations.CreateModel(
            name="SuggestionModel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("trained_at", models.DateTimeField()),
                ("cases", models.PositiveIntegerField()),
                ("held_out", models.FloatField()),
                ("weights", models.BinaryField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("held_out__gte", 0), ("held_out__lte", 1)),
                        name="suggestions_held_out_share",
                    ),
                ],
            },
        ),
    ]
