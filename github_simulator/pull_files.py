"""The files that a pull request changes: drawn when asked, anew after every push.

GitHub lists them by their path. REST says what a moved file was called before; GraphQL only
that it was moved.
"""

from functools import lru_cache
from random import Random

from github_simulator.pull_records import FILES_CAP, ChangedFile, FilePlan, PullRequest

_FOLDERS = (
    "src/app",
    "src/app/views",
    "tests",
    "docs/größer",
    "web/komponenten & co",
    "日本語",
    'it\'s "quoted"',
    "a/very/long/" + "deep/" * 30 + "path",
    ".github/workflows",
    "",
)
_NAMES = ("main.py", "index.ts", "README.md", "data.json", "🐙.svg", "Makefile", "space in name.txt")
_STATUSES = {"modified": 72, "added": 19, "removed": 8, "changed": 1}
_CACHED = 8_192


def files_of(pull: PullRequest) -> tuple[ChangedFile, ...]:
    """Every file that the pull request changes now, also those that GitHub does not list."""
    return _draw(f"{pull.repository.seed}:files:{pull.number}:{len(pull.pushes)}", pull.file_plan)


def listed_files_of(pull: PullRequest) -> tuple[ChangedFile, ...]:
    """The files that GitHub lists."""
    return files_of(pull)[:FILES_CAP]


@lru_cache(maxsize=_CACHED)
def _draw(seed: str, plan: FilePlan) -> tuple[ChangedFile, ...]:
    rng, count = Random(seed), plan.count
    moved = ["renamed"] * plan.renamed + ["copied"] * plan.copied
    statuses = moved + rng.choices(list(_STATUSES), list(_STATUSES.values()), k=count - len(moved))
    folders, names = rng.choices(_FOLDERS, k=count), rng.choices(_NAMES, k=count)
    first = rng.randrange(40)
    paths = [
        f"{folder}{first + n}-{name}" for n, (folder, name) in enumerate(zip(folders, names, strict=True))
    ]
    files = [_file(rng, path, status) for path, status in zip(paths, statuses, strict=True)]
    return tuple(sorted(files, key=lambda file: file.path))


def _file(rng: Random, path: str, status: str) -> ChangedFile:
    additions = 0 if status in {"removed", "changed"} else _lines(rng)
    deletions = 0 if status in {"added", "copied", "changed"} else _lines(rng)
    previous = f"old/{path}" if status in {"renamed", "copied"} else None
    return ChangedFile(path, status, additions, deletions, previous)


def _lines(rng: Random) -> int:
    """Few, mostly."""
    return int(400 * rng.random() ** 4)
