"""The first catalog: runs, artifacts, inputs, roles."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("verb", sa.String, nullable=False),
        sa.Column("spec", sa.JSON, nullable=False),
        sa.Column("seed", sa.Integer),
        sa.Column("code_version", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("error", sa.String),
        sa.Column("started_at", sa.String, nullable=False),
        sa.Column("finished_at", sa.String),
    )
    op.create_table(
        "artifacts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("location", sa.String, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("meta", sa.JSON, nullable=False),
        sa.Column("run_id", sa.String, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.UniqueConstraint("kind", "name", "version"),
    )
    op.create_table(
        "inputs",
        sa.Column("run_id", sa.String, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("artifact_id", sa.String, sa.ForeignKey("artifacts.id"), primary_key=True),
    )
    op.create_table(
        "roles",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("since", sa.String, nullable=False),
    )


def downgrade() -> None:
    for table in ("roles", "inputs", "artifacts", "runs"):
        op.drop_table(table)
