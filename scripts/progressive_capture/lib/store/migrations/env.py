"""Alembic's entry: it runs this file to learn which database to migrate (see `running.py`)."""

from alembic import context

from progressive_capture.lib.store.migrations import VERSION_TABLES

attributes = context.config.attributes
if context.is_offline_mode():
    dialect_name = attributes["dialect_name"]
    context.configure(
        dialect_name=dialect_name, literal_binds=True, version_table=VERSION_TABLES[dialect_name]
    )
else:
    connection = attributes["connection"]
    context.configure(connection=connection, version_table=VERSION_TABLES[connection.dialect.name])

with context.begin_transaction():
    context.run_migrations()
