"""What a run is started with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions_runner.artifacts import Artifacts
from actions_runner.events import Event
from actions_runner.finished import Finished
from actions_runner.patience import Patience
from actions_runner.permissions import Permissions
from actions_runner.stand_ins import StandIn

Uses = Mapping[str, "Path | StandIn"]


@dataclass(frozen=True)
class Start:
    """
    Attributes:
        path: of the workflow file, in `.github/workflows` of its repository.
        event: what starts it: `dispatched(…)`, `scheduled(…)`, `called(…)`, `happened(…)`.
        folder: for workspaces, temporary files and artifacts; runs of the same `run_id` and attempt have one
            each.
        uses: what stands for an action or workflow of another repository: by `OWNER/REPO@REF` or `OWNER/REPO`
            a folder with an action.yml, a stand-in, or the file of a reusable workflow.
        github: what the `github` context has instead of the defaults, such as `api_url` and `repository`.
        secrets: of the repository.
        variables: of the repository.
        artifacts: kept here; several runs may share them. None: in `folder`.
        patience: how long things may take.
        places: how many legs run at once.
        seconds: for the whole run, then it is killed.
        attempt: 2 and more for a run that is run again.
        only_failed_of: the attempt before; what succeeded in it is carried over. None: everything runs.
        token_for: the GITHUB_TOKEN of a job, from its permissions; None: all have the same.
        environment: of the machine; None: a PATH, and nothing else.
    """

    path: Path
    event: Event
    folder: Path
    uses: Uses = field(default_factory=dict)
    github: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    artifacts: Artifacts | None = None
    patience: Patience = field(default_factory=Patience)
    places: int = 2
    seconds: float = 60
    attempt: int = 1
    only_failed_of: Finished | None = None
    token_for: Callable[[Permissions], str] | None = None
    environment: Mapping[str, str] | None = None

    @property
    def repository(self) -> Path:
        """The folder that holds `.github`."""
        return self.path.resolve().parents[2]
