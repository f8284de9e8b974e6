"""The attempts of strangers are called what they are: a count, not a callback's attempt."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_erasure")]

    operations = [migrations.RenameModel(old_name="Attempt", new_name="StrangerCount")]
