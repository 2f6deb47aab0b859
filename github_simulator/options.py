"""What a world is drawn from. The same options give the same world, to the byte."""

from dataclasses import dataclass

from github_simulator.instants import DAY

DEFAULT_NOW = 1_795_176_000  # 2026-11-20T12:00:00Z
HIGHEST_GIANTS_SHARE = 0.1
HIGHEST_ARTIFACTS_SHARE = 10
MOST_PULLS = 1_000_000
LARGEST_ASSET_BYTES = 2_147_483_648
BURST_SIZE = 1_050
"""Just above the 1,000 results at which GitHub cuts a filtered listing."""


@dataclass(frozen=True)
class WorldOptions:
    """The shape of the simulated history.

    `runs` over `days` before `now` (seconds since 1970) in each of `repositories`
    (OWNER/NAME). `burst_size`: how many runs one day, one minute and one second hold each
    (None: 1,050 where `runs` is at least four times that, else no burst).
    `identical_burst`: the runs of the burst second share event, branch, actor and status,
    so that no filter can split them. `rerun_share` and `giants_share` are shares of runs;
    a giant has 130 or 300 jobs. `unfinished` runs stand near `now`. `former_name` is an
    address that the first repository had before it was renamed.

    `artifacts_share`: artifacts of each finished run, on average (of each of its attempts).
    The first repository also gets hostile ones (`horrors`), one of over 100,000 files
    (`crowded_archive`) and `large_artifacts` of so many MB (`large_artifact_mb`, 0: none).

    `pulls`: pull requests of each repository; without any, runs tell of some that are nowhere.
    `giant_pulls`: so many have 250 reviews, so many 3,000 files, and so many 4,512 files.

    `immutable_releases`: what is published from now on cannot be changed any more.
    `largest_asset_bytes`: of a release; GitHub's is 2 GiB.
    """

    seed: int = 1
    runs: int = 1_500
    days: int = 90
    repositories: tuple[str, ...] = ("octo/example",)
    former_name: str = "octo/former-example"
    rerun_share: float = 0.05
    giants_share: float = 0.005
    burst_size: int | None = None
    identical_burst: bool = False
    unfinished: int = 12
    private: bool = False
    artifacts_share: float = 0.5
    horrors: bool = False
    crowded_archive: bool = False
    large_artifact_mb: int = 0
    large_artifacts: int = 1
    pulls: int = 0
    giant_pulls: int = 0
    immutable_releases: bool = False
    largest_asset_bytes: int = LARGEST_ASSET_BYTES
    now: int = DEFAULT_NOW

    def __post_init__(self) -> None:
        if self.runs < 0 or self.days < 1:
            raise ValueError("a history needs runs >= 0 and days >= 1")
        if not 0 <= self.rerun_share <= 1 or not 0 <= self.giants_share <= HIGHEST_GIANTS_SHARE:
            raise ValueError("rerun_share lies in 0..1, giants_share in 0..0.1")
        if not 0 <= self.artifacts_share <= HIGHEST_ARTIFACTS_SHARE:
            raise ValueError(f"artifacts_share lies in 0..{HIGHEST_ARTIFACTS_SHARE}")
        if self.large_artifact_mb and not 100 < self.large_artifact_mb < 4_000:  # noqa: PLR2004 - see LargeArtifact
            raise ValueError("a large artifact has more than 100 and under 4,000 MB")
        if not 0 <= 3 * self.giant_pulls <= self.pulls <= MOST_PULLS:
            raise ValueError(
                f"there may be up to {MOST_PULLS:,} pull requests; giants need three times as many"
            )
        if 3 * self.runs_per_burst > self.runs:
            raise ValueError("three bursts of that size need more runs")

    @property
    def began(self) -> int:
        """The first instant of the history."""
        return self.now - self.days * DAY

    @property
    def runs_per_burst(self) -> int:
        if self.burst_size is not None:
            return self.burst_size
        return BURST_SIZE if self.runs >= 4 * BURST_SIZE else 0
