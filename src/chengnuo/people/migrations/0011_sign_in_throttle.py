"""The count of failed sign-ins is a throttle: named as such, every row stays."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("people", "0010_notices"),)
    operations = (migrations.RenameModel("SignInFailures", "SignInThrottle"),)
