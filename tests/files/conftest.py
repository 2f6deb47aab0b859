"""The archives of this folder are made by hand, by modules that its tests import by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
