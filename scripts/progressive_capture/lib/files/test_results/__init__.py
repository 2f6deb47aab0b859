"""Test reports of many frameworks, read as a stream into one kind of result.

`open_report` says whether a file is a report (JUnit XML in its dialects, TRX, CTRF JSON) and reads it;
`repeated` says which reports of one artifact only repeat what others of it hold.
"""

from progressive_capture.lib.files.test_results.repetition import repeated
from progressive_capture.lib.files.test_results.report import Report, open_report
from progressive_capture.lib.files.test_results.values import Status, Summary, TestResult

__all__ = ["Report", "Status", "Summary", "TestResult", "open_report", "repeated"]
