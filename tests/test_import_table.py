"""The rooms import only what the table below allows, and no module sits outside a room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "scripts" / "progressive_capture"

ROOMS: dict[str, tuple[str, ...]] = {
    "ground": (
        *("lib.errors", "lib.clock", "lib.settings", "lib.capture_job", "lib.windows"),
        "lib.chunks",
        *(
            "lib.discovery",
            "lib.worker_identity",
            "lib.process_memory",
            "lib.patience",
            "lib.supabase_access",
        ),
        *("lib.forecasting.prices", "lib.forecasting.forecast", "lib.export.export_rows"),
        "lib.forecasting.estimate",
    ),
    "rate_limit_monitor": ("lib.rate_limit_monitor",),
    "github": ("lib.github",),
    "normalize": ("lib.normalize",),
    "store": ("lib.store",),
    "files": ("lib.files",),
    "telling": ("lib.progress_tracker", "lib.report", "lib.actions_runtime"),
    "shelf": ("lib.shelf",),
    "capture": (
        *("lib.fetch_pool", "lib.capture_values", "lib.base_capture", "lib.identify"),
        *("lib.verify.listed_again", "lib.verify.audit"),
        *(
            "lib.content_batches",
            "lib.artifact_contents",
            "lib.cleaning",
            "lib.pull_request_parts",
            "lib.collected_parts",
        ),
    ),
    "assembly": (
        "lib.assembly",
        "lib.places",
        "lib.running",
        "lib.command_line",
        "lib.capture_command",
        "lib.status_report",
        *("lib.forecasting.survey", "lib.forecasting.forecast_report", "lib.export.export_files"),
        *("lib.verify.verifying", "lib.verify.audit_report"),
        *("lib.examination", "lib.watching", "lib.retrying", "lib.file_options"),
        *("lib.actions_report", "lib.planning", "lib.plan_command", "lib.plan_report"),
        *("lib.leg_options", "lib.leg_command", "lib.leg_running", "lib.leg_folder"),
        *("lib.finish_command", "lib.finishing", "lib.hand_over", "lib.going_on"),
        *("lib.settling", "lib.resuming", "lib.shelving", "lib.estimating"),
        *("lib.leg_database", "lib.leg_captures", "lib.lazy_group"),
    ),
    "scripts": (
        *("historical_sync", "job_details", "artifact_bulk", "commands"),
        *("historical_pr_sync", "historical_reviews_sync", "historical_comments_sync"),
        *("bulk_file_changes", "capture_pr_details", "kinds"),
    ),
    "front": ("__main__",),
}
MAY_IMPORT: dict[str, set[str]] = {
    "ground": {"ground"},
    "rate_limit_monitor": {"ground"},
    "github": {"ground", "rate_limit_monitor"},
    "normalize": set(),
    "store": {"ground", "rate_limit_monitor", "normalize"},
    "files": {"ground"},
    "telling": {"ground", "rate_limit_monitor", "normalize", "store"},
    "shelf": {"ground", "github", "store"},
    "capture": {"ground", "rate_limit_monitor", "github", "normalize", "store", "files", "telling"},
    "assembly": {
        *("ground", "rate_limit_monitor", "github", "normalize", "store", "files", "telling", "capture"),
        "shelf",
    },
    "scripts": {
        *("ground", "rate_limit_monitor", "github", "normalize", "store", "files", "telling", "capture"),
        *("assembly", "shelf"),
    },
    "front": {"ground", "assembly", "scripts"},
}
DOORS = {
    "requests": {"lib.github"},
    "sqlalchemy": {"lib.store"},
    "alembic": {"lib.store"},
    "sqlite3": {"lib.store"},
    "psycopg": {"lib.store"},
    "supabase": {"lib.store"},
    "postgrest": {"lib.store"},
    "storage3": {"lib.files"},
    "httpx": {"lib.store", "lib.files"},
    "os": {"lib.settings", "lib.worker_identity", "lib.store", "lib.files"},
    "time": {"lib.clock", "lib.fetch_pool"},
    "ctypes": {"lib.process_memory"},
    "github_simulator": {"commands.demo"},
}
"""Libraries that open a door to the outside, and the only rooms that may open it."""


def imported(path: Path) -> set[str]:
    """Every module that a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py" or imported(path)
    }


MODULES = modules()


def is_in(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


def room_of(module: str) -> str | None:
    return next(
        (room for room, places in ROOMS.items() if any(is_in(module, place) for place in places)), None
    )


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_has_a_room(module: str) -> None:
    assert room_of(module) is not None


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_room_imports_only_what_it_may(module: str) -> None:
    room = room_of(module)
    assert room is not None
    for name in imported(MODULES[module]):
        if not name.startswith("progressive_capture."):
            continue
        target = name.removeprefix("progressive_capture.")
        target_room = room_of(target)
        if target_room in (None, room):
            continue
        if is_in(target, "lib.errors") or (
            room in {"store", "files"} and is_in(target, "lib.normalize.rows")
        ):
            continue
        assert target_room in MAY_IMPORT[room], f"{module} ({room}) imports {target} ({target_room})"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_the_outside_is_reached_through_its_doors_only(module: str) -> None:
    for name in imported(MODULES[module]):
        places = DOORS.get(name.partition(".")[0])
        if places is not None:
            assert any(is_in(module, place) for place in places), f"{module} imports {name}"


def test_the_store_takes_rows_and_no_normalizer() -> None:
    for module, path in MODULES.items():
        if is_in(module, "lib.store"):
            normalizers = {
                name
                for name in imported(path)
                if name.startswith("progressive_capture.lib.normalize.")
                and not name.startswith("progressive_capture.lib.normalize.rows")
            }
            assert not normalizers, f"{module} imports {normalizers}"


@pytest.mark.parametrize("package", ["queue_manager", "github_simulator"])
def test_what_stands_beside_the_product_is_not_imported_by_it_nor_imports_what_it_should_not(
    package: str,
) -> None:
    for path in (ROOT / package).rglob("*.py"):
        if package == "github_simulator":
            assert not any(name.startswith("progressive_capture") for name in imported(path)), path
    for module, path in MODULES.items():
        if module != "commands.demo":
            assert not any(name.startswith(package) for name in imported(path)), module


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "models", "misc"}
    assert not [module for module in MODULES if set(module.split(".")) & drawers]
