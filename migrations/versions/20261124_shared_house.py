"""The shared house: a login for each station, tokens of the HTTP interface, answers kept for requests sent
again; no sale in a house that has moved elsewhere; and of passwords only what nobody can come in with.
Bookings know their event, so that those of a title are counted by an index.

What was kept of a password was the key that Argon2id makes of it. Now it is the SHA-256 of that key, so that
a station can make the key and the server compare it (PostgreSQL: the functions below) without anybody reading
what is kept. Nobody has to choose a new password.

The functions run as their owner with a search path of their own. An attempt is written down with its key
before it is answered, and answered only once that is committed: to roll back the answer does not take back
the count.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

import sqlalchemy as sa
from alembic import op

revision = "20261124_shared_house"
down_revision = "20261124_the_counter"

_EVENT_OF_ALL_TICKETS = """
    UPDATE bookings SET event_id = (
        SELECT CASE WHEN min(p.event_id) = max(p.event_id) THEN min(p.event_id) END
        FROM tickets t JOIN performances p ON p.id = t.performance_id
        WHERE t.booking_id = bookings.id)"""
_SOLD = ("bookings", "journal")  # every sale and every reservation adds to one of them
_AS_OWNER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
_FUNCTIONS = (
    (
        "my_station() RETURNS varchar LANGUAGE plpgsql STABLE PARALLEL SAFE",
        """BEGIN
    RETURN (SELECT s.id FROM public.stations s WHERE s.login = session_user AND s.revoked_at IS NULL);
END""",
    ),
    (
        "my_station_code() RETURNS varchar LANGUAGE plpgsql STABLE PARALLEL SAFE",
        """BEGIN
    RETURN (SELECT s.code FROM public.stations s WHERE s.login = session_user AND s.revoked_at IS NULL);
END""",
    ),
    # A station has no say in what time it is.
    (
        "login_now(given bigint) RETURNS bigint LANGUAGE plpgsql STABLE",
        """BEGIN
    IF given IS NULL OR public.my_station() IS NOT NULL THEN
        RETURN (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    END IF;
    RETURN given;
END""",
    ),
    # The rule of app.domain.users.lock_after; a test holds them against each other.
    (
        "login_rest(failures integer, now bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE",
        """BEGIN
    IF failures < 5 THEN
        RETURN NULL;
    END IF;
    RETURN now + least(30 * 2 ^ least(failures - 5, 7), 3600)::bigint * 1000000;
END""",
    ),
    (
        "login_kept(one public.users, kind text, now bigint) RETURNS text LANGUAGE plpgsql STABLE",
        """BEGIN
    IF kind = 'password' THEN
        RETURN nullif(one.password, '!');
    ELSIF kind = 'code' AND one.code_until > now THEN
        RETURN one.code_verifier;
    END IF;
    RETURN NULL;
END""",
    ),
    (
        """login_recipe(who text, kind text, parameters text, given bigint) RETURNS text
    LANGUAGE plpgsql STABLE""",
        """DECLARE
    one public.users;
    kept text;
    pepper text;
BEGIN
    SELECT * INTO one FROM public.users u WHERE u.email_key = who AND u.active = 1;
    IF FOUND THEN
        kept := public.login_kept(one, kind, public.login_now(given));
    END IF;
    IF kept IS NOT NULL THEN
        RETURN regexp_replace(kept, '[$][^$]*$', '');
    END IF;
    SELECT value INTO pepper FROM public.settings s WHERE s.name = 'secret:recipes';
    RETURN parameters || '$' || rtrim(encode(substr(sha256(
        convert_to(coalesce(pepper, '') || kind || who, 'UTF8')), 1, 16), 'base64'), '=');
END""",
    ),
    (
        """login_try(who text, kind text, key text, given bigint, OUT attempt text, OUT rests_until bigint)
    LANGUAGE plpgsql""",
        """DECLARE
    one public.users;
    now bigint := public.login_now(given);
BEGIN
    SELECT * INTO one FROM public.users u WHERE u.email_key = who AND u.active = 1 FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF one.locked_until > now THEN
        rests_until := one.locked_until;
        RETURN;
    END IF;
    attempt := gen_random_uuid();
    UPDATE public.users u SET
        failures = one.failures + 1,
        locked_until = public.login_rest(one.failures + 1, now),
        attempt = concat_ws('|', login_try.attempt, kind, encode(sha256(decode(key, 'hex')), 'hex'),
            pg_current_xact_id(), extract(epoch FROM clock_timestamp())::bigint)
    WHERE u.id = one.id;
END""",
    ),
    (
        "login_verdict(one public.users, made text, now bigint) RETURNS text LANGUAGE plpgsql STABLE",
        """DECLARE
    parts text[] := string_to_array(one.attempt, '|');
    kept text;
BEGIN
    IF parts[1] IS DISTINCT FROM made OR one.active <> 1
        OR pg_xact_status(parts[4]::xid8) IS DISTINCT FROM 'committed'
        OR extract(epoch FROM clock_timestamp()) - parts[5]::bigint > 600 THEN
        RETURN 'again';
    END IF;
    kept := public.login_kept(one, parts[2], now);
    IF kept IS NOT NULL AND substring(kept FROM '[^$]*$') = parts[3] THEN
        RETURN 'fits';
    END IF;
    RETURN 'wrong';
END""",
    ),
    (
        "login_answer(who text, made text, given bigint) RETURNS text LANGUAGE plpgsql",
        """DECLARE
    one public.users;
    verdict text := 'again';
BEGIN
    SELECT * INTO one FROM public.users u WHERE u.email_key = who FOR UPDATE;
    IF FOUND THEN
        verdict := public.login_verdict(one, made, public.login_now(given));
    END IF;
    IF verdict = 'fits' THEN
        UPDATE public.users u SET failures = 0, locked_until = NULL WHERE u.id = one.id;
    END IF;
    RETURN verdict;
END""",
    ),
    (
        "login_set(user_id text, made text, verifier text, given bigint) RETURNS text LANGUAGE plpgsql",
        r"""DECLARE
    one public.users;
    verdict text := 'again';
BEGIN
    IF verifier !~ '^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[0-9a-f]{64}$' THEN
        RAISE EXCEPTION 'not a verifier' USING ERRCODE = '22023';
    END IF;
    SELECT * INTO one FROM public.users u WHERE u.id = user_id FOR UPDATE;
    IF FOUND THEN
        verdict := public.login_verdict(one, made, public.login_now(given));
    END IF;
    IF verdict = 'fits' THEN
        UPDATE public.users u SET password = verifier, failures = 0, locked_until = NULL,
            code_verifier = NULL, code_until = NULL, attempt = NULL
        WHERE u.id = one.id;
    END IF;
    RETURN verdict;
END""",
    ),
    (
        "has_password(user_id text) RETURNS boolean LANGUAGE plpgsql STABLE",
        """BEGIN
    RETURN (SELECT u.password <> '!' FROM public.users u WHERE u.id = user_id);
END""",
    ),
    # Whose hold it is can only become one's own.
    (
        "claim_for_another() RETURNS trigger LANGUAGE plpgsql",
        """DECLARE
    code varchar := public.my_station_code();
BEGIN
    IF code IS NOT NULL AND NEW.holder <> code THEN
        RAISE EXCEPTION 'a claim for another station' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END""",
    ),
)


def upgrade() -> None:
    op.add_column("users", sa.Column("attempt", sa.String(length=200), nullable=True))
    _seal_what_is_kept()
    op.add_column("stations", sa.Column("login", sa.String(length=63), nullable=True))
    op.add_column(
        "stations", sa.Column("rights", sa.String(length=60), server_default="", nullable=False)
    )
    op.add_column("stations", sa.Column("enrolled_at", sa.BigInteger(), nullable=True))
    op.add_column("stations", sa.Column("revoked_at", sa.BigInteger(), nullable=True))
    op.create_index("uq_stations_login", "stations", ["login"], unique=True)
    op.create_table(
        "access_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("client", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_access_tokens_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_access_tokens")),
    )
    op.create_index(op.f("ix_access_tokens_expires_at"), "access_tokens", ["expires_at"])
    op.create_table(
        "request_keys",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_request_keys_user_id")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_request_keys")),
    )
    op.create_index(op.f("ix_request_keys_created_at"), "request_keys", ["created_at"])
    _name_events()
    _refuse_sales_once_moved()
    if op.get_bind().dialect.name == "postgresql":
        _functions()


def _name_events() -> None:
    op.add_column("bookings", sa.Column("event_id", sa.String(length=36), nullable=True))
    op.execute(_EVENT_OF_ALL_TICKETS)
    listed = ["event_id", "created_at", "status", "channel"]
    op.create_index("ix_bookings_event_id", "bookings", listed)
    op.drop_index("ix_tickets_performance_id", "tickets")
    op.create_index("ix_tickets_performance_id", "tickets", ["performance_id", "id", "status"])
    for table, column in (("bookings", "name"), ("tickets", "attendee")):
        filled = sa.text(f"{column} <> ''")
        where = {"sqlite_where": filled, "postgresql_where": filled}
        op.create_index(f"ix_{table}_{column}", table, [column], **where)


def _refuse_sales_once_moved() -> None:
    """What is sold in a house that has moved would be in neither of its books. The database says so, to every
    window and command that still has it open; the name of the refusal is a constraint's."""
    moved = "SELECT 1 FROM settings WHERE name = 'moved'"
    if op.get_bind().dialect.name == "sqlite":
        for table in _SOLD:
            op.execute(
                f"CREATE TRIGGER {table}_not_once_moved BEFORE INSERT ON {table} "
                f"WHEN EXISTS ({moved}) BEGIN SELECT RAISE(ABORT, 'house_has_moved'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_once_moved() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS ({moved}) THEN RAISE EXCEPTION 'house_has_moved' "
        "USING ERRCODE = 'check_violation', CONSTRAINT = 'house_has_moved'; END IF; RETURN NULL; END $$"
    )
    for table in _SOLD:
        op.execute(
            f"CREATE TRIGGER not_once_moved BEFORE INSERT ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_moved()"
        )


def _functions() -> None:
    for head, body in _FUNCTIONS:
        op.execute(sa.text(f"CREATE FUNCTION {head} {_AS_OWNER} AS $${body}$$".replace(":", "\\:")))
        # nobody calls them but whom `houselights shared init` lets
        op.execute(f"REVOKE ALL ON FUNCTION {head.partition('(')[0]} FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER claim_for_another BEFORE UPDATE ON seat_claims FOR EACH ROW"
        " WHEN (NEW.holder IS DISTINCT FROM OLD.holder) EXECUTE FUNCTION claim_for_another()"
    )


def _seal_what_is_kept() -> None:
    """Keys become their SHA-256; what is sealed already stays as it is."""
    users = sa.table("users", *(sa.column(name) for name in ("id", "password", "code_verifier")))
    bind = op.get_bind()
    secret = sa.or_(users.c.password.like("$argon2id$%"), users.c.code_verifier.is_not(None))
    rows = bind.execute(
        sa.select(users.c.id, users.c.password, users.c.code_verifier).where(secret)
    )
    for user_id, password, code in rows.all():
        bind.execute(
            sa.update(users)
            .where(users.c.id == user_id)
            .values(password=_sealed(password), code_verifier=_sealed(code))
        )


def _sealed(kept: str | None) -> str | None:
    if kept is None or not kept.startswith("$argon2id$"):
        return kept
    recipe, _, key = kept.rpartition("$")
    if len(key) == 64:
        return kept
    try:
        raw = base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
    except binascii.Error:
        return kept
    return f"{recipe}${hashlib.sha256(raw).hexdigest()}"


def downgrade() -> None:
    op.drop_index("ix_tickets_attendee", "tickets")
    op.drop_index("ix_tickets_performance_id", "tickets")
    before = ["performance_id", "status", "booking_id"]
    op.create_index("ix_tickets_performance_id", "tickets", before)
    op.drop_index("ix_bookings_name", "bookings")
    op.drop_index("ix_bookings_event_id", "bookings")
    op.drop_column("bookings", "event_id")
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _SOLD:
        op.execute(
            f"DROP TRIGGER {table}_not_once_moved"
            if sqlite
            else f"DROP TRIGGER not_once_moved ON {table}"
        )
    if not sqlite:
        op.execute("DROP FUNCTION refuse_once_moved()")
        op.execute("DROP TRIGGER claim_for_another ON seat_claims")
        for head, _ in reversed(_FUNCTIONS):
            op.execute(f"DROP FUNCTION {head.partition('(')[0]}")
    op.drop_column("users", "attempt")
    op.drop_table("request_keys")
    op.drop_table("access_tokens")
    op.drop_index("uq_stations_login", "stations")
    for column in ("revoked_at", "enrolled_at", "rights", "login"):
        op.drop_column("stations", column)
