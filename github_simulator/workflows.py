"""The repositories and workflows of the world: active, disabled, deleted and renamed ones."""

from dataclasses import dataclass

from github_simulator import ids
from github_simulator.history import Person, Repository, Workflow
from github_simulator.instants import DAY
from github_simulator.options import WorldOptions


@dataclass(frozen=True)
class _Sketch:
    name: str
    path: str
    events: tuple[str, ...]
    state: str = "active"
    former_name: str | None = None


_CODE = ("push", "pull_request", "merge_group")
_SKETCHES = (
    _Sketch("CI", ".github/workflows/ci.yml", _CODE),
    _Sketch("Tests", ".github/workflows/tests.yml", _CODE, former_name="Unit tests"),
    _Sketch("Lint & types", ".github/workflows/lint.yaml", _CODE),
    _Sketch("Release", ".github/workflows/release.yml", ("release", "workflow_dispatch")),
    _Sketch("Nightly 🌙", ".github/workflows/nightly.yml", ("schedule", "workflow_dispatch")),
    _Sketch("Label pull requests", ".github/workflows/labels.yml", ("pull_request_target",)),
    _Sketch("Benchmarks", ".github/workflows/bench.yml", ("push", "schedule"), "disabled_manually"),
    _Sketch("Old checks", ".github/workflows/old.yml", ("push", "pull_request"), "deleted"),
    _Sketch("pages-build-deployment", "dynamic/pages/pages-build-deployment", ("dynamic",)),
)


def draw_repository(options: WorldOptions, slot: int) -> Repository:
    """The repository in one slot of the world."""
    owner, _, name = options.repositories[slot].partition("/")
    return Repository(
        id=ids.repository_id(slot),
        slot=slot,
        seed=f"{options.seed}:{slot}",
        owner=Person(owner, 9_100_000 + slot, "Organization"),
        name=name,
        private=options.private,
        fork=False,
        default_branch="main",
        created_at=options.began - 400 * DAY,
    )


def draw_workflows(repository: Repository, options: WorldOptions) -> list[Workflow]:
    """All its workflows, the deleted one included."""
    middle = options.began + options.days * DAY // 2
    return [
        Workflow(
            id=ids.workflow_id(repository.slot, position + 1),
            repository=repository,
            name=sketch.name,
            path=sketch.path,
            state=sketch.state,
            events=sketch.events,
            created_at=repository.created_at + position * DAY,
            updated_at=middle if sketch.former_name else repository.created_at + position * DAY,
            deleted_at=options.now - DAY if sketch.state == "deleted" else None,
            former_name=sketch.former_name,
            renamed_at=middle if sketch.former_name else None,
        )
        for position, sketch in enumerate(_SKETCHES)
    ]
