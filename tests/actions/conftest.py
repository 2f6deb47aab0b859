"""What this folder brings is importable by name, and so are the fakes of the loop and of whole commands."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "capture"), str(HERE.parent / "end_to_end")]
