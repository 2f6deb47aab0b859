"""Alembic's entry: it runs this file to learn which database to migrate (see `running.py`)."""

from alembic import context

attributes = context.config.attributes
if context.is_offline_mode():
    context.configure(dialect_name=attributes["dialect_name"], literal_binds=True)
else:
    context.configure(connection=attributes["connection"])

with context.begin_transaction():
    context.run_migrations()
