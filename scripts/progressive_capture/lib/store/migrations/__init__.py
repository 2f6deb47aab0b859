"""The schema's history, told with Alembic and the same for every database.

A migration never imports the present schema: what it once did must not change with it.
"""

REVISIONS = ("0001", "0002", "0003")
"""Every revision, the newest last; kept here so that opening a database needs no Alembic."""
