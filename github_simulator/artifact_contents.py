"""What the simulated CI uploads: for each name on the shelf, the bytes of one attempt's artifact.

Most archives hold a file that names their run, so that no two of them are the same, beside
files that are the same bytes in many. Their other parts depend on the variant alone (see
`simulated_tests`), are made when asked, and kept.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from github_simulator.artifact_bytes import Part, WholeBytes, packed, raw, stored
from github_simulator.history import Attempt, Run
from github_simulator.junit_reports import DIALECTS, Report
from github_simulator.other_reports import ctrf, trx
from github_simulator.pictures import gif, jpeg, png
from github_simulator.runs import FAILING
from github_simulator.simulated_tests import VARIANTS, cases

OWN_PREFIX = "progressive-capture-"
"""What the capturing program uploads itself, and never captures."""


@dataclass(frozen=True)
class Shelved:
    """An artifact that CI uploads under `name`: an archive of `parts`, or a raw file."""

    name: str
    parts: Callable[[int], list[Part]] | None = None
    file: Callable[[Run, Attempt, int], WholeBytes] | None = None

    def bytes_of(self, run: Run, attempt: Attempt) -> WholeBytes:
        """The artifact as this attempt of this run uploads it."""
        variant = variant_of(run, attempt)
        if self.file is not None:
            return self.file(run, attempt, variant)
        assert self.parts is not None
        return packed([*_kept_parts(self, variant), _label(run, attempt)])


def variant_of(run: Run, attempt: Attempt) -> int:
    """How its tests end: 0 where the attempt succeeded."""
    if attempt.outcome not in FAILING:
        return 0
    return 1 + (run.index + attempt.number) % (VARIANTS - 1)


@lru_cache(maxsize=256)
def _kept_parts(shelved: Shelved, variant: int) -> tuple[Part, ...]:
    assert shelved.parts is not None
    return tuple(shelved.parts(variant))


def _label(run: Run, attempt: Attempt) -> Part:
    label = {"run_id": run.id, "run_attempt": attempt.number, "sha": run.head_sha, "branch": run.head_branch}
    return stored("run.json", json.dumps(label, ensure_ascii=False).encode(), "json")


def _junit(dialect: str, path: str) -> Callable[[int], list[Part]]:
    def parts(variant: int) -> list[Part]:
        report = DIALECTS[dialect](cases(variant))
        return [stored(path, report.data, "text", report.results), *_LICENSE]

    return parts


def _surefire(variant: int) -> list[Part]:
    """A report for each suite, in folders, as a matrix of modules leaves them."""
    parts = []
    for suite in ("cart", "checkout"):
        report = DIALECTS["surefire"]([case for case in cases(variant) if case.suite == suite])
        path = f"{suite}/target/surefire-reports/TEST-shop.{suite}.xml"
        parts.append(stored(path, report.data, "text", report.results))
        parts.append(stored(f"{suite}/target/surefire-reports/{suite}.txt", b"Tests run: 7\n", "text"))
    return parts


def _other(write: Callable[..., Report], path: str) -> Callable[[int], list[Part]]:
    def parts(variant: int) -> list[Part]:
        report = write(cases(variant))
        return [stored(path, report.data, "json" if path.endswith(".json") else "text", report.results)]

    return parts


def _coverage(variant: int) -> list[Part]:
    totals = {"meta": {"version": "7.6.1"}, "totals": {"percent_covered": 90.5 - variant}}
    page = f"<!doctype html>\n<title>Coverage</title><p>{90.5 - variant} %</p>\n"
    return [
        stored("coverage.json", json.dumps(totals, indent=2).encode(), "json"),
        stored("htmlcov/index.html", page.encode(), "text"),
        stored("htmlcov/keybd_closed.png", png(0, 0, 200), "image"),
        *_LICENSE,
    ]


def _logs(variant: int) -> list[Part]:
    line = f"2026-11-20T12:00:00.0000000Z variant {variant}: \x1b[31mstock\x1b[0m is 3 µs late\n"
    return [
        stored("logs/short.log", line.encode(), "text"),
        stored("logs/long.log", (line * 6_000).encode(), "text"),
        stored("logs/empty.log", b"", "text"),
        *_LICENSE,
    ]


def _screenshots(variant: int) -> list[Part]:
    return [
        stored("screens/🛒 cart.png", png(200, 10 * variant, 0), "image"),
        stored("screens/Kasse öffnen.gif", gif(0, 200, 0), "image"),
        stored("screens/photo.jpeg", jpeg(), "image"),
        stored("screens/same.png", png(0, 0, 200), "image"),
    ]


def _dist(variant: int) -> list[Part]:
    wheel = packed([stored("shop/__init__.py", b"VERSION = 1\n", "text")]).data
    binary = b"\x7fELF\x02\x01\x01\0" + Random(f"dist:{variant}").randbytes(20_000)
    return [
        stored("dist/shop-1.0-py3-none-any.whl", wheel, "binary"),
        stored("dist/shop", binary, "binary"),
        *_LICENSE,
    ]


def _own(_: int) -> list[Part]:
    return [stored("capture.db", b"SQLite format 3\0" + bytes(4_080), "binary")]


def _raw_junit(_: Run, __: Attempt, variant: int) -> WholeBytes:
    report = DIALECTS["pytest"](cases(variant))
    return raw("junit.xml", report.data, "text", "application/xml", report.results)


def _raw_log(run: Run, attempt: Attempt, _: int) -> WholeBytes:
    text = f"Run {run.id}, attempt {attempt.number}: {attempt.outcome}\n".encode()
    return raw("build.log", text, "text", "text/plain")


def _raw_picture(_: Run, __: Attempt, variant: int) -> WholeBytes:
    return raw("diagram.png", png(9, 9, variant), "image", "image/png")


_LICENSE = [stored("LICENSE.txt", b"Do what you like with it.\n" * 40, "text")]
SHELF = (
    Shelved("surefire-reports", _surefire),
    Shelved("test-results (3.12)", _junit("pytest", "reports/junit.xml")),
    Shelved("jest-junit", _junit("jest", "junit.xml")),
    Shelved("go-test-report", _junit("go", "report.xml")),
    Shelved("gtest-results", _junit("gtest", "gtest/output.xml")),
    Shelved("nextest-junit", _junit("nextest", "target/nextest/ci/junit.xml")),
    Shelved("phpunit-report", _junit("phpunit", "build/logs/phpunit.xml")),
    Shelved("trx-results", _other(trx, "TestResults/shop.trx")),
    Shelved("ctrf-report", _other(ctrf, "ctrf/ctrf-report.json")),
    Shelved("coverage", _coverage),
    Shelved("logs-ubuntu-latest", _logs),
    Shelved("screenshots 📸", _screenshots),
    Shelved("dist", _dist),
    Shelved("junit.xml", file=_raw_junit),
    Shelved("build.log", file=_raw_log),
    Shelved("diagram.png", file=_raw_picture),
)
OWN = Shelved(f"{OWN_PREFIX}shard-1", _own)
