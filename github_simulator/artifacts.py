"""The artifacts of a repository: which there are, since when, and until when.

Every attempt that ends uploads its artifacts, a re-run all of them anew, under the same
names. They are drawn once, when first asked for; ids rise with the uploads. An artifact
vanishes when it expires, when it is deleted, and with its run
(https://docs.github.com/actions/concepts/workflows-and-actions/workflow-artifacts).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Literal

from github_simulator import ids
from github_simulator.artifact_bytes import ZIP_TYPE, ArtifactBytes, WholeBytes
from github_simulator.artifact_contents import OWN, OWN_PREFIX, SHELF, Shelved
from github_simulator.dice import chance
from github_simulator.history import Attempt, Repository, Run
from github_simulator.horrors import chosen_horrors
from github_simulator.instants import DAY
from github_simulator.large_artifact import NAME as LARGE_NAME
from github_simulator.large_artifact import LargeArtifact
from github_simulator.options import WorldOptions
from github_simulator.runs import WITHOUT_JOBS

Fate = Literal["expired", "deleted"]
RETENTION_DAYS = {90: 70, 30: 12, 7: 10, 1: 8}
"""How long artifacts are kept, with the share of each in percent."""
_OWN_SHARE, _WITHOUT_DIGEST_SHARE, _USUAL_SHARE = 0.04, 0.1, 0.5
_HORRIBLE_RUNS = 3
_OLD = 60 * DAY
"""Artifacts of older runs may come from versions of upload-artifact that made no digest."""


@dataclass(frozen=True)
class _Draft:
    """An artifact before it has its id."""

    name: str
    contents: Callable[[Run, Attempt], ArtifactBytes]
    retention_days: int = 90
    has_digest: bool = True


@dataclass(frozen=True, eq=False)
class Artifact:
    """One artifact; times in whole seconds since 1970."""

    id: int
    run: Run
    attempt: Attempt
    draft: _Draft
    created_at: int

    @property
    def name(self) -> str:
        return self.draft.name

    @property
    def is_own(self) -> bool:
        """Whether the capturing program uploaded it itself."""
        return self.name.startswith(OWN_PREFIX)

    @property
    def node_id(self) -> str:
        return ids.node_id("A", self.id, self.run.repository.id)

    @property
    def expires_at(self) -> int:
        return self.created_at + self.draft.retention_days * DAY

    @property
    def has_digest(self) -> bool:
        return self.draft.has_digest

    @property
    def contents(self) -> ArtifactBytes:
        """Its bytes, made anew each time: they are not kept."""
        return self.draft.contents(self.run, self.attempt)


_Upload = tuple[Run, Attempt, _Draft, int]
"""Who uploads what, and when."""


class Artifacts:
    """All artifacts that a repository ever had, oldest first. `runs` gives its runs as they are."""

    def __init__(
        self, repository: Repository, options: WorldOptions, runs: Callable[[], Iterable[Run]]
    ) -> None:
        self._repository = repository
        self._options = options
        self._runs = runs
        self._every: list[Artifact] | None = None
        self._deleted: set[int] = set()
        self._visible: tuple[list[Artifact], float] = [], 0.0

    def every(self) -> list[Artifact]:
        """Every artifact there ever was, the vanished ones too."""
        if self._every is None:
            self._every = self._draw_past()
        return self._every

    def visible(self, now: float) -> list[Artifact]:
        """Those that GitHub lists now, oldest first."""
        listed, good_until = self._visible
        if now >= good_until:
            listed = [one for one in self.every() if self.fate(one, now) is None]
            good_until = min((one.expires_at for one in listed), default=float("inf"))
            self._visible = listed, good_until
        return listed

    def find(self, number: int) -> Artifact | None:
        """The artifact with this number, vanished or not."""
        every = self.every()
        return every[number] if number < len(every) else None

    def fate(self, artifact: Artifact, now: float) -> Fate | None:
        """Why GitHub no longer has it; None while it has."""
        if artifact.id in self._deleted:
            return "deleted"
        return "expired" if now >= artifact.expires_at else None

    def upload(self, run: Run, now: int) -> None:
        """The latest attempt of a run has just ended, and its artifacts are there."""
        drafts = self._drafts(run, run.latest)
        created_at = min(max(now, run.latest.started_at), run.latest.updated_at)
        self._add((run, run.latest, draft, created_at) for draft in drafts)

    def receive(
        self, run: Run, name: str, data: bytes, *, retention_days: int, overwrite: bool, now: int
    ) -> Artifact:
        """What somebody uploads who executes the run: an archive, or a single file.

        ValueError where its latest attempt has an artifact with this name already, unless that
        is to be overwritten.
        """
        mine = [one for one in self.every() if one.run is run and one.attempt is run.latest]
        there = [one for one in mine if one.name == name and self.fate(one, now) is None]
        if there and not overwrite:
            raise ValueError(f"an artifact with this name already exists on the workflow run: {name!r}")
        self.delete(there)
        media_type = ZIP_TYPE if data.startswith(b"PK") else "application/octet-stream"
        contents = WholeBytes(data, media_type=media_type)
        draft = _Draft(name, lambda run, attempt: contents, retention_days)  # noqa: ARG005 - as `_fixed`
        self._add([(run, run.latest, draft, now)])
        return self.every()[-1]

    def delete(self, artifacts: Iterable[Artifact]) -> None:
        """Somebody deletes them."""
        self._deleted |= {one.id for one in artifacts}
        self._visible = [], 0.0

    def delete_of(self, runs: Iterable[Run]) -> None:
        """Their runs were deleted."""
        gone = {run.id for run in runs}
        self.delete(one for one in self.every() if one.run.id in gone)

    def _add(self, uploads: Iterable[_Upload]) -> None:
        every = self.every()
        for run, attempt, draft, created_at in uploads:
            number = ids.artifact_id(self._repository.slot, len(every))
            every.append(Artifact(number, run, attempt, draft, created_at))
        self._visible = [], 0.0

    def _draw_past(self) -> list[Artifact]:
        uploads: list[_Upload] = []
        for run in self._runs():
            for attempt in run.attempts:
                if attempt.standing is None:
                    rng = Random(f"{self._repository.seed}:uploads:{run.index}:{attempt.number}")
                    for draft in self._drafts(run, attempt):
                        into = int(attempt.duration * rng.uniform(0.3, 1))
                        uploads.append((run, attempt, draft, attempt.started_at + into))
        uploads += self._special_uploads()
        uploads.sort(key=lambda upload: upload[3])
        return [
            Artifact(ids.artifact_id(self._repository.slot, number), *upload)
            for number, upload in enumerate(uploads)
        ]

    def _drafts(self, run: Run, attempt: Attempt) -> list[_Draft]:
        """What an attempt uploads: the same names in every attempt of a run."""
        share = self._options.artifacts_share
        nothing_ran = attempt.outcome in WITHOUT_JOBS or attempt.outcome == "skipped"
        if not share or nothing_ran or run.execution is not None:
            return []
        rng = Random(f"{self._repository.seed}:artifacts:{run.index}")
        shelf = list(SHELF)
        count = int(share) + chance(rng, share % 1)
        return [self._draft(rng, run, _taken_from(shelf, rng, run, place)) for place in range(count)]

    def _draft(self, rng: Random, run: Run, shelved: Shelved) -> _Draft:
        old = run.created_at < self._options.now - _OLD
        days = rng.choices(list(RETENTION_DAYS), list(RETENTION_DAYS.values()))[0]
        has_digest = not (chance(rng, _WITHOUT_DIGEST_SHARE) and old)
        return _Draft(shelved.name, shelved.bytes_of, days, has_digest)

    def _special_uploads(self) -> list[_Upload]:
        """In the first repository, the newest finished runs upload the horrors and the large artifacts."""
        specials = [_fixed(horror.name, horror.make) for horror in chosen_horrors(self._options)]
        if self._options.large_artifact_mb:
            specials += [self._large_one(number) for number in range(self._options.large_artifacts)]
        drawn = [run for run in self._runs() if run.execution is None]
        finished = [run for run in drawn if run.attempts[0].standing is None][-_HORRIBLE_RUNS:]
        if self._repository.slot or not finished:
            return []
        return [
            (run, run.attempts[0], special, run.attempts[0].started_at + run.attempts[0].duration)
            for place, special in enumerate(specials)
            for run in (finished[place % len(finished)],)
        ]

    def _large_one(self, number: int) -> _Draft:
        large = LargeArtifact(self._options.large_artifact_mb, self._options.seed + number)
        return _fixed(f"{LARGE_NAME}-{number}" if number else LARGE_NAME, lambda: large)


def _fixed(name: str, make: Callable[[], ArtifactBytes]) -> _Draft:
    """An artifact that is the same in whatever run."""
    return _Draft(name, lambda run, attempt: make())  # noqa: ARG005 - the signature of all contents


def _taken_from(shelf: list[Shelved], rng: Random, run: Run, place: int) -> Shelved:
    """Something that the run does not upload yet. Runs of one workflow tend to upload the same."""
    if chance(rng, _OWN_SHARE) and place == 0:
        return OWN
    usual = sum(run.workflow.path.encode()) + 5 * place
    return shelf.pop(usual % len(shelf) if chance(rng, _USUAL_SHARE) else rng.randrange(len(shelf)))
