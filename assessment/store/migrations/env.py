"""Alembic's way in: runs the migrations on the connection that `database.upgrade` opened."""

from alembic import context

from assessment.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter tables in place
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
