"""The first tables, and a history that nobody can rewrite."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_GUARDED = ("change", "entry")


def upgrade() -> None:
    """From nothing."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("username", sa.String(64), nullable=False, unique=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("owner", sa.Boolean, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.String(32)),
        sa.Column("created_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "login",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "course",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("term", sa.String(60), nullable=False),
        sa.Column("policy_number", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("archived_at", sa.String(32)),
        sa.Column("finalised_at", sa.String(32)),
    )
    op.create_table(
        "member",
        sa.Column("course_id", sa.Integer, sa.ForeignKey("course.id"), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
    )
    op.create_table(
        "policy_version",
        sa.Column("course_id", sa.Integer, sa.ForeignKey("course.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "student",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("course_id", sa.Integer, sa.ForeignKey("course.id"), nullable=False, index=True),
        sa.Column("student_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("group_name", sa.String(200), nullable=False),
        sa.UniqueConstraint("course_id", "student_id"),
    )
    op.create_table(
        "cell",
        sa.Column("student", sa.Integer, sa.ForeignKey("student.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("share", sa.String(80)),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("days_late", sa.Integer, nullable=False),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("course_id", sa.Integer, sa.ForeignKey("course.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("undoes", sa.Integer, sa.ForeignKey("change.id")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("change_id", sa.Integer, sa.ForeignKey("change.id"), nullable=False, index=True),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("student_id", sa.String(64), index=True),
        sa.Column("item", sa.String(64)),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("file", sa.Text),
        sa.Column("sheet", sa.Text),
        sa.Column("cell", sa.String(16)),
    )
    for statement in _guards():
        op.execute(statement)


def _guards() -> list[str]:
    """The history only grows: the database itself refuses to change or delete what is in it."""
    if op.get_bind().dialect.name == "sqlite":
        return [
            f"CREATE TRIGGER {table}_keeps_{deed.lower()} BEFORE {deed} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the history only grows'); END"
            for table in _GUARDED
            for deed in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION history_only_grows() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'the history only grows'; END $$ LANGUAGE plpgsql",
        *(
            f"CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION history_only_grows()"
            for table in _GUARDED
        ),
    ]
