"""What each fault of a download does on the blob host's side."""

from collections.abc import Callable, Iterable, Iterator

from github_simulator import refusals
from github_simulator.answer import Answer
from github_simulator.faults import AnyKind, Fault


def instead(fault: Fault) -> Answer | None:
    """The answer that a fault gives instead of the bytes; None where it only spoils them."""
    makers: dict[AnyKind, Callable[[], Answer]] = {
        "blob_status": lambda: refusals.server_error(fault.status or 503),
        "blob_reset": lambda: Answer(200, delivery="reset"),
        "blob_html": lambda: refusals.html_page(200, "Sign in to the network"),
    }
    maker = makers.get(fault.kind)
    return maker() if maker else None


def spoil(fault: Fault, answer: Answer) -> bool:
    """Change the true answer as the fault demands; False where it holds nothing to change."""
    if answer.stream is None or not answer.length:
        return False
    if fault.kind == "blob_slow":
        answer.delay_seconds += fault.seconds
    elif fault.kind == "blob_wrong_bytes":
        answer.stream = _wrong(answer.stream)
    elif fault.kind == "blob_broken_off":
        length = answer.length // 2 if fault.after_bytes is None else fault.after_bytes
        answer.stream = _first(answer.stream, length)
        return length < answer.length
    return True


def _wrong(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """One bit differs, far enough in for the first bytes to be those of the true file."""
    for number, chunk in enumerate(chunks):
        place = len(chunk) // 2
        yield chunk if number else chunk[:place] + bytes((chunk[place] ^ 1,)) + chunk[place + 1 :]


def _first(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:length]
        length -= len(chunk)
        if length <= 0:
            return
