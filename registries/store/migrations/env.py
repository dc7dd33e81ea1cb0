"""Run by Alembic: the connection is handed over by `registries.store.schema`, which also holds the transaction."""

from alembic import context

# Outside of a run of Alembic, where all modules are imported to be looked at, there is nothing to do.
if hasattr(context, "config"):
    context.configure(connection=context.config.attributes["connection"], target_metadata=None)
    context.run_migrations()
