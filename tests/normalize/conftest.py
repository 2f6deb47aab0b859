"""The recorded bodies, and the made-up pull requests, of this folder are importable by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
