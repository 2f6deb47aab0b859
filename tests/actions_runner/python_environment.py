"""A virtual environment for one job, made in a moment: it sees all that the tests' interpreter sees."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

_PYTHON = """#!/bin/sh
# `python -m venv FOLDER` makes another one like this.
here=$(dirname "$0")
if [ "$1 $2" = "-m venv" ]; then
    for folder; do :; done
    mkdir -p "$folder" && exec cp -R -P "$here/../." "$folder"
fi
exec "$here/{real}" "$@"
"""
_PIP = """#!/bin/sh
# What is to be installed is here already: it is looked at, and taken as done.
if [ "$1" != install ]; then exec "$(dirname "$0")/{real}" -m pip "$@"; fi
for what; do
    case "$what" in
        -*) ;;
        */*|.) [ -f "$what/pyproject.toml" ] || {{ echo "ERROR: no project: $what" >&2; exit 1; }} ;;
    esac
done
echo "taken as installed: $*"
"""
_PIP_FOR_REAL = """#!/bin/sh
exec "$(dirname "$0")/{real}" -m pip "$@"
"""


def make_environment(folder: Path, interpreter: Path, *, installs: bool) -> Path:
    """Its folder of programs, the interpreter's own among them.

    Args:
        folder: for it; one that is there is left as it is.
        interpreter: that it starts from.
        installs: `pip install` and `python -m venv` really do so; else the project is taken as installed,
            because the interpreter has it.
    """
    programs = folder / "bin"
    if programs.is_dir():
        return programs
    programs.mkdir(parents=True)
    base, packages = _places(interpreter)
    real = interpreter.resolve().name
    (folder / "pyvenv.cfg").write_text(f"home = {base}/bin\n", encoding="utf-8")
    own = folder / Path(packages).relative_to(Path(packages).parents[2])
    own.mkdir(parents=True)
    (own / "_of_the_tests.pth").write_text(f"import site; site.addsitedir({packages!r})\n", encoding="utf-8")
    (programs / real).symlink_to(f"{base}/bin/{real}")
    _write_programs(programs, real, installs=installs)
    for program in interpreter.parent.iterdir():
        if not (programs / program.name).exists() and not program.name.startswith(("pip", "python")):
            (programs / program.name).symlink_to(program)
    return programs


def _write_programs(programs: Path, real: str, *, installs: bool) -> None:
    for name in ("pip", "pip3"):
        _program(programs / name, (_PIP_FOR_REAL if installs else _PIP).format(real=real))
    for name in ("python", "python3"):
        if installs:
            (programs / name).symlink_to(real)
        else:
            _program(programs / name, _PYTHON.replace("{real}", real))


def _program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _places(interpreter: Path) -> tuple[str, str]:
    """Where the interpreter lies, and its packages."""
    if interpreter == Path(sys.executable):
        return sys.base_prefix, sysconfig.get_path("purelib")
    code = "import sys, sysconfig; print(sys.base_prefix, sysconfig.get_path('purelib'), sep='\\n')"
    said = subprocess.run([interpreter, "-c", code], check=True, capture_output=True, text=True).stdout
    base, packages = said.splitlines()
    return base, packages
