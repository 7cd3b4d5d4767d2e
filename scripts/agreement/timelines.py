# SPDX-License-Identifier: Apache-2.0
"""Scenarios about timelines: failovers, recoveries that went on, and backups of standbys."""
import os

from benchmarks.clusters import run_as_postgres

from .cases import Case, OnPurpose
from .targets import to

FOLLOWED = "recovery_target_timeline"
LATEST = {"settings": {FOLLOWED: "latest"}, "words": ["--timeline", "latest"]}


def on(timeline):
    return {"settings": {FOLLOWED: timeline}, "words": ["--timeline", timeline]}


def both(*goals):
    """One goal out of two, such as a restore point on a timeline."""
    return {"settings": {key: value for goal in goals for key, value in goal["settings"].items()},
            "words": [word for goal in goals for word in goal["words"]]}


def several_timelines(world):
    """The primary dies before its last segment is archived, its standby is promoted, and a recovery to a target in
    that segment goes on and archives as well."""
    origin = world.origin()
    backup = world.back_up(origin)
    origin.sql("CREATE TABLE t (i int);\nINSERT INTO t VALUES (0)")
    origin.archive_all()
    standby = world.standby(origin, "standby", world.archiving("always"))
    origin.sql("INSERT INTO t VALUES (1);\nSELECT pg_create_restore_point('rp');\nINSERT INTO t VALUES (2)")
    world.catch_up(standby, origin)
    origin.stop("immediate")
    standby.promote()
    standby.sql("INSERT INTO t VALUES (4)")
    standby.archive_all()
    later = world.back_up(standby, label="later")
    standby.finish()

    def case(text, shows="", backup=backup, **more):
        return Case(text, backup, archive=world.archive, look="SELECT string_agg(i::text, ' ' ORDER BY i) FROM t",
                    shows=shows, **more)

    yield case("after a failover: a target that only the new timeline's segment has", "0 1", **to("name", "rp"))
    yield case("after a failover: the end", "0 1 2 4")
    yield case("after a failover: the old timeline", "0", **on("current"))
    recover_and_go_on(world, backup)
    yield from choices(case, later)


def recover_and_go_on(world, backup):
    pitr = world.recover("pitr", backup, {
        "restore_command": f"cp {world.archive}/%f %p", "recovery_target_name": "rp", "recovery_target_action": "promote"})
    pitr.sql("INSERT INTO t VALUES (3)")
    pitr.finish()


def choices(case, later):
    yield case("two timelines lead on: the latest", "0 1 3", **LATEST)
    yield case("two timelines lead on: by number, 2", "0 1 2 4", **on("2"))
    yield case("two timelines lead on: by number, 3", "0 1 3", **on("3"))
    yield case("two timelines lead on: the old one", "0", **on("current"))
    yield case("two timelines lead on: a target on the latest", "0 1", **both(to("name", "rp"), LATEST))
    yield case("two timelines lead on, and nobody says which", "0 1 3", on_purpose=OnPurpose(
        12, "PostgreSQL takes the newest; pg_backctl asks, or wants `--timeline`"))
    yield case("a timeline that there is not", fails="recovery target timeline 9 does not exist", **on("9"))
    yield case("a backup of timeline 2, onto 3 that left before it", backup=later,
               fails="is not a child of this server's history", **on("3"))
    yield case("a backup of timeline 2: its end", "0 1 2 4", backup=later, **on("current"))


def failovers(world):
    """Two failovers one after the other, each standby following the one promoted before it."""
    origin = world.origin()
    backup = world.back_up(origin)
    origin.sql("CREATE TABLE t (i int);\nINSERT INTO t VALUES (1)")
    first = world.standby(origin, "first", world.archiving("always"))
    second = world.standby(first, "second", world.archiving("always"))
    for dies, lives in ((origin, first), (first, second)):
        for standby in (first, second):
            if standby is not dies:
                world.catch_up(standby, dies)
        dies.stop("immediate")
        lives.promote()
        lives.sql("INSERT INTO t VALUES (2)")
        lives.archive_all()
    second.finish()
    yield Case("two failovers: the end", backup, archive=world.archive, shows="3")
    yield Case("two failovers: the latest", backup, archive=world.archive, shows="3", **LATEST)
    yield Case("two failovers: the timeline between them", backup, archive=world.archive, shows="2", **on("2"))


def history_only(world):
    """A backup of a standby without WAL, and an archive that has the history of the promotion before its WAL."""
    origin = world.origin()
    standby = world.standby(origin, "standby")
    origin.sql("CREATE TABLE t (i int);\nINSERT INTO t VALUES (1);\nCHECKPOINT")
    world.catch_up(standby, origin)
    standby.sql("CHECKPOINT")
    backup = world.back_up(standby, "-X", "none", form="plain")
    standby.promote()
    standby.sql("INSERT INTO t VALUES (2)")
    standby.archive_all()
    early = world.copy_archive("early")
    run_as_postgres("find", early, "-type", "f", "-not", "-name", "*.history", "-delete")
    standby.finish()
    origin.finish()
    yield Case("the history of timeline 2 is in the archive before any WAL", backup, archive=early,
               fails="could not locate required checkpoint record")
    yield Case("history and WAL of timeline 2 are there", backup, archive=world.archive, shows="2", **LATEST)


def backup_of_standby(world):
    """A backup of a standby whose relations were truncated just before, with later pages already on disk."""
    origin = world.origin()
    origin.sql("CREATE TABLE t (i int);\nINSERT INTO t SELECT generate_series(1, 5000)")
    standby = world.standby(origin, "standby")
    origin.sql("UPDATE t SET i = -i;\nDELETE FROM t WHERE i < -2500;\nVACUUM t;\nTRUNCATE ballast")
    world.catch_up(standby, origin)
    backup = world.back_up(standby)
    origin.sql("INSERT INTO t VALUES (1);\nSELECT pg_create_restore_point('rp');\nINSERT INTO t VALUES (2)")
    standby.stop("immediate")
    origin.finish()
    yield Case("a backup of a standby: all WAL in it", backup, shows="2500")
    yield Case("a backup of a standby: a target", backup, archive=world.archive, shows="2501", **to("name", "rp"))


def page_boundary(world):
    """A page of zeros where a record goes on, in the last segment of the old timeline; the new one overwrites it."""
    origin = world.origin()
    origin.sql("CREATE TABLE t (i int)")
    backup = world.back_up(origin)
    origin.sql("INSERT INTO t SELECT generate_series(1, 10)")
    cut = break_record(origin)
    segment = origin.sql(f"SELECT pg_walfile_name('{cut}')")
    origin.stop("immediate")
    run_as_postgres("cp", f"{origin.data}/pg_wal/{segment}", world.archive)
    zero_page(f"{world.archive}/{segment}", cut)
    promoted = world.recover("promoted", backup, {
        "restore_command": f"cp {world.archive}/%f %p", "recovery_target_action": "promote"})
    promoted.sql("SELECT pg_switch_wal();\nINSERT INTO t SELECT generate_series(1, 100)")
    promoted.finish()
    yield Case("a record that broke off at the end of a page, and a promotion there", backup, archive=world.archive,
               shows="110")


def break_record(origin):
    """Writes a record over the end of a page, and says where it ends."""
    page = 8192
    while True:
        origin.sql("SELECT pg_logical_emit_message(true, '', 'x')")
        place = int(origin.sql("SELECT pg_current_wal_insert_lsn() - '0/0'"))
        if place % page < page - 2000:
            break
        origin.sql("SELECT pg_logical_emit_message(true, '', repeat('x', 2000))")
    return origin.sql(f"SELECT pg_logical_emit_message(true, '', repeat('x', {page - place % page}))")


def zero_page(path, lsn):
    low = int(lsn.split("/")[1], 16) % os.path.getsize(path)
    with open(path, "r+b") as file:
        file.seek(low - low % 8192)
        file.write(bytes(8192))
