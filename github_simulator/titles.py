"""Titles of runs and pull requests, as hostile as those that strangers choose."""

TITLES = (
    "Fix the flaky test of the scheduler",
    "Add a page for search results",
    "Bump example from 1.2.2 to 1.2.3",
    "🚀 Faster start: load plugins when asked",
    "Größere Schrift, größerer Abstand — ok?",
    "日本語のタイトル",
    'Quote " and \\ backslash, and a tab\tinside',
    "<script>alert('title')</script>",
    "=cmd|' /C calc'!A0,\"comma\"",
    "::error file=app.js,line=1::this is a title, not a command",
    "%0A::set-output name=x::y",
    "\x1b[31mred\x1b[0m alert",
    "Merge pull request #12 from fork/topic",
)
