"""`python -m github_simulator`: serve until told to stop."""

import json
import signal
import sys
import threading
import time
from typing import Any

import click

from github_simulator.clock import SimulatedClock
from github_simulator.cpu_cost import CpuCost
from github_simulator.options import DEFAULT_NOW, WorldOptions
from github_simulator.server import Server
from github_simulator.service import ServiceOptions
from github_simulator.world import World

TOKEN = "sim-demo"  # noqa: S105 - every token that begins so is accepted; it guards nothing
_WORLD = WorldOptions()


@click.command()
@click.option("--seed", default=_WORLD.seed, show_default=True, help="The same seed gives the same world.")
@click.option("--runs", default=_WORLD.runs, show_default=True, help="Runs in each repository.")
@click.option("--days", default=_WORLD.days, show_default=True, help="Length of the history.")
@click.option(
    "--repository",
    "repositories",
    multiple=True,
    default=_WORLD.repositories,
    show_default=True,
    help="OWNER/NAME; may be given several times.",
)
@click.option("--former-name", default=_WORLD.former_name, show_default=True, help="An address that moved.")
@click.option("--rerun-share", default=_WORLD.rerun_share, show_default=True, help="Of the runs.")
@click.option("--giants-share", default=_WORLD.giants_share, show_default=True, help="Of the runs.")
@click.option("--burst-size", type=int, help="Runs in one day, one minute, one second (0: no bursts).")
@click.option("--identical-burst", is_flag=True, help="No filter can split the burst second.")
@click.option("--unfinished", default=_WORLD.unfinished, show_default=True, help="Runs near now.")
@click.option(
    "--artifacts-share", default=_WORLD.artifacts_share, show_default=True, help="Per finished run."
)
@click.option("--horrors", is_flag=True, help="Hostile artifacts, by the newest finished runs.")
@click.option("--crowded-archive", is_flag=True, help="An artifact of over 100,000 files.")
@click.option("--large-artifact-mb", default=0, metavar="N", help="An artifact of so many MB (101 to 3,999).")
@click.option("--large-artifacts", default=_WORLD.large_artifacts, metavar="N", help="How many of those.")
@click.option("--pulls", default=_WORLD.pulls, show_default=True, help="Pull requests in each repository.")
@click.option(
    "--giant-pulls",
    default=_WORLD.giant_pulls,
    metavar="N",
    help="N with 250 reviews, 3,000 files, 4,512 files.",
)
@click.option("--immutable-releases", is_flag=True, help="What is published cannot be changed any more.")
@click.option(
    "--largest-asset-bytes",
    default=_WORLD.largest_asset_bytes,
    show_default=True,
    help="Of what a release may hold.",
)
@click.option("--private", is_flag=True, help="Private repositories.")
@click.option("--now", default="fixed", help="fixed (reproducible), real, or seconds since 1970.")
@click.option("--clock-factor", default=1.0, show_default=True, help="Simulated seconds a real second.")
@click.option("--cpu-scale", default=1.0, show_default=True, help="Makes GitHub faster (below 1) or slower.")
@click.option("--latency-ms", default=0.0, show_default=True, help="Real time on top of every answer.")
@click.option("--requests-per-hour", default=5_000, show_default=True, help="REST budget of a token.")
@click.option("--points-per-hour", default=5_000, show_default=True, help="GraphQL budget of a token.")
@click.option("--arrivals-every", default=0, help="A new run arrives after so many requests.")
@click.option("--live", "live_every", default=0, metavar="N", help="After N requests something happens.")
@click.option(
    "--dispatched-end-after",
    "executions_end_after",
    default=0,
    metavar="N",
    help="A dispatched run ends by itself after N requests; 0: when that is reported.",
)
@click.option("--port", default=0, help="Of the API; 0: any free one.")
@click.option("--until-stdin-closes", is_flag=True, help="Stop when the parent goes away.")
def main(**given: Any) -> None:
    """A local GitHub. Prints where it is as one line of JSON, then serves until stopped."""
    try:
        world, service_options = _world(given), _service_options(given)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    server = Server(world, service_options, port=given["port"])
    stop = _stop_event(until_stdin_closes=given["until_stdin_closes"])
    server.start()
    _announce(server, world)
    stop.wait()
    server.stop()


def _world(given: dict[str, Any]) -> World:
    now = {"fixed": DEFAULT_NOW, "real": int(time.time())}.get(given["now"])
    names = WorldOptions.__dataclass_fields__.keys() & given.keys()
    options = {name: given[name] for name in names}
    options["now"] = int(given["now"]) if now is None else now
    world_options = WorldOptions(**options)
    clock = SimulatedClock(world_options.now, given["clock_factor"])
    return World(world_options, clock, CpuCost(given["cpu_scale"]))


def _service_options(given: dict[str, Any]) -> ServiceOptions:
    return ServiceOptions(
        requests_per_hour=given["requests_per_hour"],
        points_per_hour=given["points_per_hour"],
        latency_seconds=given["latency_ms"] / 1_000,
        arrivals_every=given["arrivals_every"],
        live_every=given["live_every"],
        executions_end_after=given["executions_end_after"],
    )


def _stop_event(*, until_stdin_closes: bool) -> threading.Event:
    """Set on SIGTERM and SIGINT, or when standard input ends."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if until_stdin_closes:

        def wait_for_the_end() -> None:
            sys.stdin.buffer.read()
            stop.set()

        threading.Thread(target=wait_for_the_end, daemon=True).start()
    return stop


def _announce(server: Server, world: World) -> None:
    place = {
        "url": server.url,
        "graphql_url": server.graphql_url,
        "uploads_url": server.uploads_url,
        "blob_url": server.blob_url,
        "repository": world.histories[0].repository.full_name,
        "token": TOKEN,
    }
    click.echo(json.dumps(place))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
