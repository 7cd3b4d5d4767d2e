# SPDX-License-Identifier: Apache-2.0
"""Scenarios about where recovery ends: targets, prepared transactions, subtransactions, restartpoints."""
from .cases import Case

TARGET = "recovery_target_"


def to(kind, value):
    """The settings and words for one goal."""
    return {"settings": {TARGET + kind: value}, "words": [f"--to-{kind}", value]}


def recovery_targets(world):
    """One cluster whose transaction IDs have an epoch, six thousand rows, and a target after each thousand."""
    origin = world.origin()
    origin.stop()
    world.postgres.run("pg_resetwal", "--epoch", "1", origin.data)
    origin.start()
    origin.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS a")
    before = origin.position()
    backup = world.back_up(origin)
    add = "INSERT INTO t SELECT generate_series({}, {})"
    xid = origin.sql(f"BEGIN;\n{add.format(1001, 2000)};\nSELECT pg_current_xact_id();\nCOMMIT")
    aborted = origin.sql("BEGIN;\nINSERT INTO t VALUES (0);\nSELECT pg_current_xact_id();\nROLLBACK")
    origin.sql(add.format(2001, 3000))
    now = origin.sql("SELECT now()")
    origin.sql(f"{add.format(3001, 4000)};\nSELECT pg_create_restore_point('my_target')")
    origin.sql(add.format(4001, 5000))
    lsn = origin.position()
    origin.sql(f"{add.format(5001, 6000)};\nSELECT pg_create_restore_point('my_target')")
    committed = origin.sql("SELECT pg_xact_commit_timestamp(xmin) FROM t WHERE a = 4001")
    origin.finish()
    yield Case("`immediate`: the end of the backup", backup, {"recovery_target": "immediate"}, shows="1000")

    def case(text, shows="", **more):
        return Case(text, backup, archive=world.archive, shows=shows, **more)

    yield case("no target: the end of the archive", "6000")
    yield case("a transaction, with its epoch", "2000", **to("xid", xid))
    yield case("a transaction, without its epoch", "2000", **to("xid", str(int(xid) % 2**32)))
    yield case("a transaction that was rolled back", "2000", **to("xid", aborted))
    yield case("a time", "3000", **to("time", now))
    yield case("the very time of a commit", "5000", **to("time", committed))
    yield case("a restore point, of two with this name", "4000", **to("name", "my_target"))
    yield case("a position", "5000", **to("lsn", lsn))
    yield case("a position inside of a record", "5000", **to("lsn", plus(lsn, 1)))
    yield from not_reached(case, before, lsn)


def not_reached(case, before, lsn):
    missed = "recovery ended before configured recovery target was reached"
    yield case("two targets", fails="multiple recovery targets specified", settings={
        TARGET + "name": "my_target", TARGET + "lsn": lsn}, words=["--to-name", "my_target", "--to-lsn", lsn])
    yield case("a position before the backup", fails="requested recovery stop point is before consistent", **to("lsn", before))
    yield case("a restore point that there is not", fails=missed, **to("name", "does_not_exist"))
    yield case("a transaction that there is not", fails=missed, **to("xid", "99999"))
    yield case("a position behind the end of WAL", fails=missed, **to("lsn", "7F/0"))
    yield case("a time behind the last commit", fails=missed, **to("time", "2099-01-01 00:00:00+00"))


def plus(lsn, count):
    high, low = lsn.split("/")
    return f"{high}/{int(low, 16) + count:X}"


def prepared_at_target(world):
    """A transaction that is prepared at the target, committed behind it."""
    origin = world.origin()
    backup = world.back_up(origin)
    origin.sql("CREATE TABLE t (i int)")
    xid = origin.sql("BEGIN;\nINSERT INTO t VALUES (1);\nSELECT pg_current_xact_id();\nPREPARE TRANSACTION 'fooinsert'")
    origin.sql("SELECT pg_create_restore_point('rp');\nINSERT INTO t VALUES (2);\nCOMMIT PREPARED 'fooinsert';\n"
               "INSERT INTO t VALUES (3)")
    origin.finish()
    look = "SELECT (SELECT count(*) FROM t) || ' rows, ' || (SELECT count(*) FROM pg_prepared_xacts) || ' prepared'"
    yield Case("prepared before the target, committed behind it", backup, archive=world.archive, look=look,
               shows="0 rows, 1 prepared", **to("name", "rp"))
    yield Case("the transaction that was prepared is the target", backup, archive=world.archive, look=look,
               shows="2 rows, 0 prepared", **to("xid", xid))


PREPARE = """BEGIN;
INSERT INTO t VALUES ({0}, 'x');
SAVEPOINT s1;
INSERT INTO t VALUES ({0} + 1, 'y');
PREPARE TRANSACTION '{1}'"""


def two_phase(world):
    """Transactions prepared before the backup, while the server crashes, with one name twice, with DDL in them."""
    origin = world.origin()
    origin.sql("CREATE TABLE t (id int, msg text)")
    for number, name in enumerate(("kept", "committed", "rolled back")):
        origin.sql(PREPARE.format(10 * number, name))
    backup = world.back_up(origin)
    origin.sql("SELECT pg_create_restore_point('early');\nCOMMIT PREPARED 'committed';\nROLLBACK PREPARED 'rolled back'")
    origin.sql(f"{PREPARE.format(40, 'same')};\nCOMMIT PREPARED 'same';\n{PREPARE.format(50, 'same')}")
    origin.stop("immediate")
    origin.start()
    origin.sql("COMMIT PREPARED 'same';\nBEGIN;\nCREATE TABLE t2 (id int);\nSAVEPOINT s1;\n"
               "INSERT INTO t2 VALUES (27);\nPREPARE TRANSACTION 'ddl';\nCHECKPOINT;\nCOMMIT PREPARED 'ddl';\n"
               "BEGIN;\nCREATE TABLE t3 (id int);\nPREPARE TRANSACTION 'ddl kept'")
    origin.finish()
    look = "SELECT (SELECT count(*) FROM t) || ' rows, ' || (SELECT count(*) FROM pg_prepared_xacts) || ' prepared'"
    yield Case("prepared before the backup: its end", backup, {"recovery_target": "immediate"}, look=look,
               shows="0 rows, 3 prepared")
    yield Case("prepared before the backup: a target before they end", backup, archive=world.archive, look=look,
               shows="0 rows, 3 prepared", **to("name", "early"))
    yield Case("committed, rolled back, a crash, one name twice, DDL", backup, archive=world.archive, look=look,
               shows="6 rows, 2 prepared")


def subtransactions(world):
    """More subtransactions than a snapshot holds, rolled back in part and prepared."""
    origin = world.origin()
    backup = world.back_up(origin)
    nested = "".join(f"SAVEPOINT s{n};\nINSERT INTO t VALUES ({n});\n" for n in range(1, 100))
    origin.sql("CREATE TABLE t (id int)")
    origin.sql(f"BEGIN;\n{nested}ROLLBACK TO s51;\nCOMMIT;\nSELECT pg_create_restore_point('half')")
    origin.sql(f"BEGIN;\n{nested}PREPARE TRANSACTION 'many';\nCHECKPOINT;\nCOMMIT PREPARED 'many'")
    origin.finish()
    yield Case("99 subtransactions, half of them rolled back", backup, archive=world.archive, shows="50",
               **to("name", "half"))
    yield Case("99 subtransactions, prepared and committed", backup, archive=world.archive, shows="149")


def restartpoints(world):
    """So much WAL that restartpoints are made while it is replayed."""
    origin = world.origin("max_wal_size = '2MB'\nmin_wal_size = '2MB'\nwal_keep_size = 0")
    backup = world.back_up(origin)
    origin.sql("CREATE TABLE t (id int);\nDO $$BEGIN FOR i IN 1..64 LOOP INSERT INTO t VALUES (i); "
               "PERFORM pg_switch_wal(); END LOOP; END$$;\nCHECKPOINT")
    origin.sql("DO $$BEGIN FOR i IN 1..32 LOOP CHECKPOINT; PERFORM pg_switch_wal(); END LOOP; END$$")
    lsn = origin.position()
    origin.sql("INSERT INTO t VALUES (0)")
    origin.finish()
    yield Case("a position behind 96 segments, with restartpoints on the way", backup, archive=world.archive, shows="64",
               **to("lsn", lsn))


def archive_recovery(world):
    """WAL that was written with wal_level = minimal after the backup."""
    origin = world.origin()
    origin.sql("CREATE TABLE t (id int)")
    backup = world.back_up(origin)
    origin.sql("INSERT INTO t VALUES (1);\nSELECT pg_create_restore_point('before')")
    for settings in ("wal_level = minimal\narchive_mode = off\nmax_wal_senders = 0",
                     "wal_level = replica\narchive_mode = on\nmax_wal_senders = 10"):
        origin.configure(settings)
        origin.stop()
        origin.start()
    origin.finish()
    yield Case("`wal_level` was `minimal` behind the target", backup, archive=world.archive, shows="1", **to("name", "before"))
    yield Case("`wal_level` was `minimal` on the way", backup, archive=world.archive,
               fails="cannot continue recovering")
