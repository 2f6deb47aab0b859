"""Which storage a setting means, and what a machine that keeps nothing does."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from progressive_capture.lib.errors import ConfigurationError, StoreError
from progressive_capture.lib.files.no_storage import NoStorage
from progressive_capture.lib.files.opening import open_file_storage


@pytest.mark.parametrize("nothing", [None, ""])
def test_by_default_files_go_beside_the_database(
    nothing: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_file_storage(nothing, in_actions=False).receive() as incoming:
        incoming.write(b"hello")
        key = incoming.keep()
    assert key is not None
    assert (tmp_path / "data" / "files" / key).read_bytes() == b"hello"


@pytest.mark.parametrize("nothing", [None, ""])
def test_by_default_a_runner_keeps_nothing_and_says_why(nothing: str | None) -> None:
    storage = open_file_storage(nothing, in_actions=True)
    storage.check_writable()
    with storage.receive() as incoming:
        incoming.write(b"hello")
        with incoming.reader() as reader:
            assert reader.read() == b"hello"
        assert incoming.size_bytes == 5
        assert incoming.keep() is None
    assert storage.describe() == "no durable file storage is configured"


@pytest.mark.parametrize("in_actions", [True, False])
@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("{0}/files", "files"),
        ("file://{0}/files", "files"),
        ("file:{0}/with%20space", "with space"),
        ("file://localhost{0}/files", "files"),
    ],
)
def test_a_path_or_a_file_url_is_a_folder(tmp_path: Path, form: str, name: str, in_actions: bool) -> None:
    with open_file_storage(form.format(tmp_path), in_actions=in_actions).receive():
        assert (tmp_path / name).is_dir()


def test_opening_touches_nothing(tmp_path: Path) -> None:
    assert (
        open_file_storage(str(tmp_path / "files"), in_actions=False).describe()
        == f"the folder {tmp_path}/files"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "s3://key:hidden@bucket",
        "https://user:hidden@host/x",
        "file://hidden/share",
        "file:",
        "postgres:hidden",
        "supabase://hidden",
        "supabase:hidden/folder",
        "supabase:../hidden",
        "supabase:.hidden",
    ],
)
def test_another_storage_is_refused_without_repeating_what_may_be_secret(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_file_storage(url, in_actions=False, supabase_url="https://x.test", supabase_key="sb_secret_x")
    assert "hidden" not in str(caught.value)
    assert "--file-storage" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("supabase:files", "the Supabase bucket files"),
        ("supabase:", "the Supabase bucket progressive-capture"),
    ],
)
def test_a_bucket_of_supabase_is_opened_without_asking_for_anything(url: str, said: str) -> None:
    address = "https://project.invalid"
    storage = open_file_storage(url, in_actions=True, supabase_url=address, supabase_key="sb_secret_x")
    assert storage.describe() == said


@pytest.mark.parametrize(
    ("address", "key"), [(None, None), ("https://x.test", None), (None, "sb_secret_hidden")]
)
def test_a_bucket_needs_a_project_and_its_key(address: str | None, key: str | None) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_file_storage("supabase:", in_actions=True, supabase_url=address, supabase_key=key)
    assert "SUPABASE_URL" in caught.value.hint
    assert "SUPABASE_SECRET_KEY" in caught.value.hint
    assert "hidden" not in str(caught.value)


def test_supabases_client_is_loaded_by_nobody_who_does_not_need_it() -> None:
    opening = "import sys; from progressive_capture.lib.files.opening import open_file_storage"
    asking = f"{opening}; open_file_storage('x', in_actions=False); print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("url", ["a\0b", "file:/a%00b"])
def test_a_name_that_no_folder_can_have_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="NUL"):
        open_file_storage(url, in_actions=False)


def test_what_was_never_kept_cannot_be_read() -> None:
    storage = NoStorage("nothing is kept here")
    assert not storage.has("ab/cd")
    assert storage.remove("ab/cd", untouched_since=datetime(2026, 11, 20, tzinfo=UTC))
    with pytest.raises(StoreError, match="nothing is kept here"):
        storage.open("ab/cd")
