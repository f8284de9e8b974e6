"""`python -m chengnuo.doors.cli`."""

import sys

from chengnuo.doors.cli.main import main

sys.exit(main())
