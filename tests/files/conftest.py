"""What the tests here import by name: archives made by hand, and the gateway that stands for Supabase."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

if TYPE_CHECKING:
    from supabase_gateway import Gateway

    from progressive_capture.lib.clock import ManualClock
    from progressive_capture.lib.files.supabase_storage import SupabaseStorage


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A Supabase project for files alone; its clock stands still at `NOW`."""
    from supabase_files import NOW  # noqa: PLC0415  (only for those who ask for it)
    from supabase_gateway import Gateway  # noqa: PLC0415

    with Gateway() as gateway:
        gateway.now = lambda: NOW
        yield gateway


@pytest.fixture
def storage(gateway: Gateway, clock: ManualClock) -> SupabaseStorage:
    """What one capture opens in it."""
    from supabase_files import open_storage  # noqa: PLC0415

    return open_storage(gateway, clock=clock)


@pytest.fixture
def clock() -> ManualClock:
    """A clock at the time at which the tests of storages begin; waiting takes no time."""
    from supabase_files import NOW  # noqa: PLC0415

    from progressive_capture.lib.clock import ManualClock  # noqa: PLC0415

    return ManualClock(NOW)
