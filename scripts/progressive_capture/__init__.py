"""Progressive Capture: a repository's GitHub history in a database that outlives GitHub's."""

__version__ = "0.1.0"
