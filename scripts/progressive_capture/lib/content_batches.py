"""What was found in one artifact, as batches of rows: small enough to hold, whatever the artifact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from progressive_capture.lib.files.contents import Contents
from progressive_capture.lib.files.findings import FileFound, Repeated, ResultsFound
from progressive_capture.lib.normalize.rows import ArtifactFileRow, Batch, Row, TestResultRow
from progressive_capture.lib.store.artifact_contract import ArtifactToDownload

MOST_ROWS = 1_000
MOST_TEXT = 4 * 1024 * 1024
"""Characters of stored text in one batch."""


@dataclass
class ContentBatches:
    """The batches of one artifact; the first takes out what an earlier, broken-off reading left.

    `captured_at` is when it was downloaded.
    """

    artifact: ArtifactToDownload
    repository_id: int
    captured_at: datetime
    _files: list[ArtifactFileRow] = field(default_factory=list)
    _results: list[TestResultRow] = field(default_factory=list)
    _repeated: dict[tuple[int, int], str] = field(default_factory=dict)
    _text: int = 0
    _begun: bool = False
    _numbered: tuple[int, int] = (-1, 0)

    def of(self, contents: Contents) -> Iterator[Batch]:
        """Every batch; the last one also says what became of the artifact.

        So the rows of an ordinary artifact, one batch, and its end are stored together, or not at all.
        """
        for found in contents:
            match found:
                case FileFound():
                    self._files.append(self._file_row(found))
                    self._text += len(found.content or "")
                case ResultsFound():
                    self._results += self._result_rows(found)
                case Repeated():
                    self._repeated[self.artifact.artifact_id, found.file_position] = found.reason
            if len(self._files) + len(self._results) >= MOST_ROWS or self._text >= MOST_TEXT:
                yield self._batch()
        ended = {self.artifact.artifact_id: contents.content}
        yield replace(self._batch(), contents=ended, processed=1, completing=True)

    def _batch(self) -> Batch:
        rows: dict[str, Sequence[Row]] = {"artifact_files": self._files, "test_results": self._results}
        anew = () if self._begun else {self.artifact.artifact_id}
        batch = Batch(rows=rows, repeated_reports=self._repeated, emptied_artifacts=anew)
        self._files, self._results, self._repeated, self._text, self._begun = [], [], {}, 0, True
        return batch

    def _file_row(self, found: FileFound) -> ArtifactFileRow:
        return ArtifactFileRow(
            repository_id=self.repository_id,
            captured_at=self.captured_at,
            artifact_id=self.artifact.artifact_id,
            position=found.position,
            path=found.path,
            size_bytes=found.size_bytes,
            category=found.category,
            media_type=found.media_type,
            sha256=found.sha256,
            content=found.content,
            storage_key=found.storage_key,
            status=found.status,
            reason=found.reason,
        )

    def _result_rows(self, found: ResultsFound) -> list[TestResultRow]:
        """Numbered on through the chunks of one file."""
        file_position, first = self._numbered
        first = first if file_position == found.file_position else 0
        self._numbered = found.file_position, first + len(found.results)
        return [
            TestResultRow(
                repository_id=self.repository_id,
                captured_at=self.captured_at,
                artifact_id=self.artifact.artifact_id,
                file_position=found.file_position,
                position=position,
                run_id=self.artifact.run_id,
                run_attempt=self.artifact.run_attempt,
                suite=result.suite,
                classname=result.classname,
                name=result.name,
                status=result.status,
                rerun=result.rerun,
                duration_seconds=result.duration_seconds,
                message=result.message,
            )
            for position, result in enumerate(found.results, first)
        ]
