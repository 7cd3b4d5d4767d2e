# SPDX-License-Identifier: Apache-2.0
"""Scenarios about what is replayed: databases, tablespaces, relations that shrink, vanish or are not logged."""
from benchmarks.clusters import run_as_postgres

from .cases import Case, OnPurpose
from .servers import Backup
from .targets import to

PRUNE = """CREATE TABLE {0} (i int) WITH (fillfactor = 50);
INSERT INTO {0} SELECT generate_series(1, 1000);
UPDATE {0} SET i = 1;
{1};
VACUUM {0};
{2}"""


def shrinking_relations(world):
    """Records of pages that were pruned, truncated or dropped before the files were copied, or later."""
    origin = world.origin("wal_keep_size = 0")
    backup = world.back_up(origin)
    for number, (between, end) in enumerate((
            ("CHECKPOINT", "DROP TABLE {0}"), ("SELECT 1", "DROP TABLE {0}"),
            ("CHECKPOINT", "TRUNCATE {0};\nINSERT INTO {0} SELECT generate_series(1, 10)"),
            ("SELECT 1", "TRUNCATE {0};\nINSERT INTO {0} SELECT generate_series(1, 10)"))):
        name = f"t{number}"
        origin.sql(PRUNE.format(name, between, end.format(name)))
    origin.sql("CREATE TABLE t (i int) WITH (fillfactor = 50);\nINSERT INTO t SELECT generate_series(1, 1000);\n"
               "UPDATE t SET i = i + 1;\nDELETE FROM t WHERE i > 500;\nVACUUM t;\n"
               "INSERT INTO t SELECT generate_series(1000, 1010)")
    origin.finish()
    yield Case("pages pruned, truncated and dropped; no page checksums", backup, archive=world.archive,
               look="SELECT count(*) || ' ' || sum(i) || ' ' || (SELECT count(*) FROM t2) FROM t", shows="510 136304 10")


def free_space_map(world):
    """A free space map that is truncated behind the backup, and grows again."""
    origin = world.origin()
    origin.sql("CREATE TABLE t (i int, padding char(500));\nINSERT INTO t SELECT generate_series(1, 20000), '';\nVACUUM t")
    backup = world.back_up(origin)
    origin.sql("CHECKPOINT;\nDELETE FROM t WHERE i > 1000;\nVACUUM t;\nCHECKPOINT;\nINSERT INTO t VALUES (0, '')")
    origin.finish()
    yield Case("a table and its free space map are truncated, and grow again", backup, archive=world.archive, shows="1001")


def new_databases(world):
    """Databases by both strategies, from a template that changes before and behind the copy."""
    origin = world.origin()
    backup = world.back_up(origin)
    for name, strategy in (("logged", "WAL_LOG"), ("copied", "FILE_COPY")):
        origin.sql(f"CREATE TABLE before_{name} (a int)", "template1")
        origin.sql(f"CREATE DATABASE {name} STRATEGY {strategy} TEMPLATE template1")
        origin.sql(f"CREATE TABLE after_{name} (a int)", "template1")
        origin.sql("CHECKPOINT")
    origin.finish()
    yield Case("`CREATE DATABASE` by both strategies, and changes of the template", backup, archive=world.archive,
               look="SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname IN ('logged', 'copied')",
               shows="copied logged")


def reused_numbers(world):
    """Databases and relations whose numbers are used again."""
    origin = world.origin()
    origin.sql("CREATE DATABASE first OID = 50000")
    origin.sql("CREATE TABLE large (id int, data text);\nINSERT INTO large SELECT g, 'one' FROM generate_series(1, 4000) g",
               "first")
    origin.sql("CREATE DATABASE second TEMPLATE first OID = 50001")
    backup = world.back_up(origin)
    origin.sql("UPDATE large SET data = 'two'", "second")
    origin.sql("DROP DATABASE second;\nCREATE DATABASE second TEMPLATE first OID = 50001")
    origin.sql("UPDATE large SET data = 'three';\nVACUUM FULL pg_class;\nVACUUM FULL large", "second")
    origin.sql("SELECT pg_create_restore_point('rp');\nDROP DATABASE second")
    origin.finish()
    look = "SELECT count(*) FROM pg_database WHERE oid = 50001 AND datconnlimit <> -2"
    yield Case("a database that was dropped and made again under its number", backup, archive=world.archive, look=look,
               shows="1", **to("name", "rp"))
    yield Case("a database that was dropped twice", backup, archive=world.archive, look=look, shows="0")


INVALID = "SELECT count(*) FROM pg_database WHERE datconnlimit = -2"


def invalid_databases(world):
    """A database whose `DROP DATABASE` did not come to its end."""
    origin = world.origin()
    origin.sql("CREATE TABLE t (i int);\nCREATE DATABASE half;\nCREATE DATABASE going")
    backup = world.back_up(origin)
    origin.sql("INSERT INTO t VALUES (1);\nSELECT pg_create_restore_point('rp')")
    now = origin.sql("SELECT clock_timestamp() FROM pg_sleep(0.1)")
    origin.sql("SELECT pg_sleep(0.1);\nDROP DATABASE going;\n"
               "UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'half'")
    origin.finish()
    yield Case("a time while a database is dropped, before that is committed", backup, archive=world.archive, look=INVALID,
               shows="1", **to("time", now), on_purpose=OnPurpose(
                   0, "PostgreSQL leaves an invalid database without files; pg_backctl ends where it is still whole", "0"))
    refused = OnPurpose(17, "the look inside; `--accept-unreachable` takes it as it is: next row")
    yield Case("a database that is marked as invalid", backup, archive=world.archive, look=INVALID, shows="1",
               on_purpose=refused)
    yield Case("a database that is marked as invalid, accepted", backup, archive=world.archive, look=INVALID, shows="1",
               words=["--accept-unreachable", "half"])


def unlogged(world):
    """Relations that are not logged, in a tablespace as well, before and behind the backup."""
    origin = world.origin()
    place = world.space("space")
    origin.sql(f"CREATE TABLESPACE ts LOCATION '{place}';\nCREATE UNLOGGED TABLE t (i serial PRIMARY KEY);\n"
               "CREATE UNLOGGED TABLE u (i int) TABLESPACE ts;\nCREATE UNLOGGED TABLE becomes (i int);\n"
               "CREATE UNLOGGED SEQUENCE seq;\nSELECT nextval('seq')")
    origin.sql("INSERT INTO t SELECT FROM generate_series(1, 100);\nINSERT INTO u VALUES (1);\nINSERT INTO becomes VALUES (1)")
    backup = world.back_up(origin)
    origin.sql("ALTER TABLE becomes SET LOGGED;\nCREATE UNLOGGED TABLE new (i int) TABLESPACE ts;\nINSERT INTO new VALUES (1)")
    origin.finish()
    look = "SELECT (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM u) || ' ' || (SELECT count(*) FROM becomes)"
    yield Case("unlogged tables, sequences, in a tablespace: the end of the backup", backup,
               {"recovery_target": "immediate"}, look=look, shows="0 0 0")
    yield Case("unlogged tables, one of which becomes logged: the end", backup, archive=world.archive, look=look, shows="0 0 1")


def skipped_wal(world):
    """With wal_level = minimal, relations are synced and not logged; then a crash, and only then the backup."""
    minimal = "wal_level = minimal\nmax_wal_senders = 0\nwal_skip_threshold = 0"
    origin = world.origin(minimal, archives=False)
    origin.sql("BEGIN;\nCREATE TABLE t (i int PRIMARY KEY);\nINSERT INTO t SELECT generate_series(1, 1000);\nCOMMIT")
    origin.sql("BEGIN;\nTRUNCATE t;\nINSERT INTO t SELECT generate_series(1, 500);\nSAVEPOINT s;\nTRUNCATE t;\n"
               "INSERT INTO t VALUES (0);\nROLLBACK TO s;\nCREATE INDEX ON t ((i + 1));\nCOMMIT")
    origin.stop("immediate")
    origin.configure(f"wal_level = replica\nmax_wal_senders = 10\n{world.archiving()}")
    origin.start()
    backup = world.back_up(origin)
    origin.sql("BEGIN;\nTRUNCATE t;\nINSERT INTO t SELECT generate_series(1, 700);\nCOMMIT")
    origin.finish()
    yield Case("contents that never were in WAL, a crash, then the backup", backup, {"recovery_target": "immediate"},
               shows="500")
    yield Case("the same statements behind the backup", backup, archive=world.archive, shows="700")


DROPS = """CREATE DATABASE dropme_db1 WITH TABLESPACE dropme_ts1 STRATEGY = {0};
CREATE TABLE gone (a int) TABLESPACE dropme_ts2;
CREATE DATABASE dropme_db2 WITH TABLESPACE dropme_ts2 STRATEGY = {0};
CREATE DATABASE moveme_db TABLESPACE source_ts STRATEGY = {0};
ALTER DATABASE moveme_db SET TABLESPACE target_ts;
CREATE DATABASE newdb TEMPLATE template_db STRATEGY = {0};
ALTER DATABASE template_db IS_TEMPLATE = false;
DROP DATABASE dropme_db1;
DROP TABLE gone;
DROP DATABASE dropme_db2;
DROP TABLESPACE dropme_ts2;
DROP TABLESPACE source_ts;
DROP DATABASE template_db"""
SPACES = "SELECT string_agg(spcname, ' ' ORDER BY spcname) FROM pg_tablespace WHERE spcname !~ '^pg_'"


def dropped_tablespaces(world, strategy="FILE_COPY", in_place=False):
    """Databases and tablespaces that are made, moved and dropped behind the backup."""
    origin = world.origin("allow_in_place_tablespaces = on" if in_place else "")
    for name in ("dropme_ts1", "dropme_ts2", "source_ts", "target_ts"):
        origin.sql(f"CREATE TABLESPACE {name} LOCATION '{'' if in_place else world.space(name)}'")
    origin.sql("CREATE DATABASE template_db IS_TEMPLATE = true")
    backup = world.back_up(origin)
    origin.sql(DROPS.format(strategy))
    origin.finish()
    where = "in place" if in_place else "moved"
    yield Case(f"databases and tablespaces ({where}) made and dropped, `{strategy}`", backup, archive=world.archive,
               look=SPACES, shows="dropme_ts1 target_ts")


def dropped_tablespaces_logged(world):
    yield from dropped_tablespaces(world, "WAL_LOG")


def dropped_in_place(world):
    yield from dropped_tablespaces(world, "WAL_LOG", in_place=True)


def later_tablespace(world):
    """A tablespace that WAL makes: its record names a directory of the origin."""
    origin = world.origin()
    backup = world.back_up(origin)
    place = world.space("later")
    origin.sql("CREATE TABLE t (i int);\nSELECT pg_create_restore_point('before')")
    position = origin.position()
    origin.sql(f"CREATE TABLESPACE later LOCATION '{place}';\n"
               "CREATE TABLE v TABLESPACE later AS SELECT generate_series(1, 10)")
    later = {origin.sql("SELECT oid FROM pg_tablespace WHERE spcname = 'later'"): place}
    origin.finish()
    yield Case("a tablespace made behind the backup", backup, archive=world.archive, look="SELECT count(*) FROM v", shows="10",
               later=later)
    yield Case("a target before a tablespace is made, with a place for it", backup, archive=world.archive, shows="0",
               later=later, **to("name", "before"))
    yield Case("a position before a tablespace is made", backup, archive=world.archive, shows="0", **to("lsn", position))
    yield Case("a target before a tablespace is made, in the same segment", backup, archive=world.archive, shows="0",
               **to("name", "before"))
    yield Case("a tablespace made behind the backup, with no place for it", backup, archive=world.archive,
               look="SELECT count(*) FROM v", shows="10", on_purpose=OnPurpose(
                   17, "PostgreSQL writes into the directory of the origin; pg_backctl wants `--map`"))


def low_level(world):
    """Files copied between pg_backup_start and pg_backup_stop, pg_control last, with a later checkpoint in it."""
    origin = world.origin()
    folder = f"{world.root}/copied"
    origin.sql(";\n".join((
        "SELECT pg_backup_start('test label', true)", f"\\! cp -a {origin.data} {folder}",
        f"\\! rm -rf {folder}/postmaster.* {folder}/global/pg_control {folder}/pg_wal/*", "CREATE TABLE t (i int)",
        "SELECT pg_switch_wal()", "CHECKPOINT", f"\\! cp -a {origin.data}/global/pg_control {folder}/global/",
        f"\\o {folder}/backup_label", "SELECT labelfile FROM pg_backup_stop()")))
    origin.finish()
    as_given = f"{world.root}/as-given"
    run_as_postgres("cp", "-a", folder, as_given)
    run_as_postgres("truncate", "-s", "-1", f"{as_given}/backup_label")
    for path in (folder, as_given):
        run_as_postgres("sh", "-c", f"cd {path} && find . -type f ! -name 'backup.sha256*' -exec sha256sum {{}} + "
                        "> ../sums && mv ../sums backup.sha256")
    yield Case("`pg_backup_start` and `pg_backup_stop`, with a sum file", Backup(as_given), archive=world.archive, shows="0")
    yield Case("the same, `backup_label` with the empty line that psql puts behind it", Backup(folder), archive=world.archive,
               shows="0")
