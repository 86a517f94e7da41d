"""``python -m sawlog`` is the command ``sawlog``."""

import sys

from sawlog.cli import main

sys.exit(main())
