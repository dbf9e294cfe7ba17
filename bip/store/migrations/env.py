"""Run by Alembic for every change of the schema: which tables there should be, on which connection."""

from alembic import context

from bip.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
