"""Which addresses GitHub may send us to, and what of them is ever shown."""

import pytest

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.github.links import Link, checked_address
from progressive_capture.lib.github.messages import Redirect

PUBLIC, HERE = "https://api.github.com", "http://127.0.0.1:8080"
SECRET = "sig=Zm9vYmFy"


@pytest.mark.parametrize(
    ("location", "api_url"),
    [
        (f"https://blobs.example.net/a/b?{SECRET}", PUBLIC),
        (f"https://blobs.example.net:8443/a?{SECRET}", HERE),
        (f"http://127.0.0.1:9/zip?{SECRET}", HERE),
        (f"http://localhost:9/zip?{SECRET}", "http://[::1]:8080"),
        (f"http://[::1]:9/zip?{SECRET}", "http://localhost:8080/api/v3"),
    ],
)
def test_https_is_followed_and_http_on_this_machine_where_the_api_is_on_it(
    location: str, api_url: str
) -> None:
    assert checked_address(location, api_url=api_url, what="GET /zip") == location


@pytest.mark.parametrize(
    ("location", "api_url"),
    [
        (f"http://127.0.0.1:9/zip?{SECRET}", PUBLIC),
        (f"http://blobs.example.net/zip?{SECRET}", HERE),
        (f"http://127.0.0.1.example.net/zip?{SECRET}", HERE),
        (f"https://mona:{SECRET}@blobs.example.net/zip", PUBLIC),
        (f"https://{SECRET}@blobs.example.net/zip", PUBLIC),
        (f"file:///etc/passwd?{SECRET}", HERE),
        (f"ftp://blobs.example.net/{SECRET}", PUBLIC),
        (f"//blobs.example.net/zip?{SECRET}", PUBLIC),
        (f"/zip?{SECRET}", HERE),
        (f"zip?{SECRET}", PUBLIC),
        (f"https:///zip?{SECRET}", PUBLIC),
        (f"https://[::1/zip?{SECRET}", PUBLIC),
        (f"https://blobs.example.net:port/zip?{SECRET}", PUBLIC),
        (f"https://good.example\\@bad.example/zip?{SECRET}", PUBLIC),
        (f"https://blobs.example.net/zip {SECRET}", PUBLIC),
        (f"https://blobs.example.net/\tzip?{SECRET}", PUBLIC),
        (f"https://bl\u00f6bs.example.net/zip?{SECRET}", PUBLIC),
        ("", PUBLIC),
    ],
)
def test_everything_else_is_not_and_only_scheme_and_host_are_named(location: str, api_url: str) -> None:
    with pytest.raises(UnexpectedPayloadError, match="GET /zip to an address that is not followed") as caught:
        checked_address(location, api_url=api_url, what="GET /zip")
    assert SECRET not in str(caught.value) + caught.value.hint
    assert "/zip?" not in str(caught.value)


def test_the_host_that_is_refused_is_named() -> None:
    with pytest.raises(UnexpectedPayloadError, match=r"\(http, blobs\.example\.net\)"):
        checked_address(f"http://blobs.example.net/zip?{SECRET}", api_url=PUBLIC, what="GET /zip")


def test_a_link_does_not_show_itself() -> None:
    assert SECRET not in repr(Link(f"https://blobs.example.net/?{SECRET}", given_at=1.0))
    assert SECRET not in repr(Redirect(f"https://blobs.example.net/?{SECRET}"))
