# SPDX-License-Identifier: Apache-2.0
"""One case: a backup and a goal, restored as PostgreSQL does it and by pg_backctl, and what came out of both."""
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field

from benchmarks.clusters import make_folder, run_as_postgres
from benchmarks.measuring import Failed

from .servers import PATIENCE, Backup, Server

STATE = {
    "prepared": "SELECT transaction, gid, prepared, owner, database FROM pg_prepared_xacts ORDER BY gid",
    "timeline": "SELECT timeline_id FROM pg_control_checkpoint()",
    "next transaction": "SELECT next_xid FROM pg_control_checkpoint()",
    "unlogged": "SELECT relname FROM pg_class WHERE relpersistence = 'u' ORDER BY 1",
}

# pg_dumpall's lines with a random word in them, and where tablespaces are.
RANDOM_OR_OF_THE_PLACE = r"(?m)^\\(un)?restrict .*\n| LOCATION '[^']*'"


@dataclass
class OnPurpose:
    """pg_backctl is to end with this status; with 0, it is to have restored what `look` shows so."""

    status: int
    why: str
    shows: str = ""


@dataclass
class Case:
    """A row of the table."""

    text: str
    backup: Backup
    # Settings of PostgreSQL and words of pg_backctl for the same goal.
    settings: dict = field(default_factory=dict)
    words: list = field(default_factory=list)
    # Where WAL is; without it, only in the backup.
    archive: str = None
    # What to ask afterwards, and PostgreSQL's answer, by which the case is known to be what its text says.
    look: str = "SELECT count(*) FROM t"
    shows: str = ""
    # What PostgreSQL says where it fails.
    fails: str = None
    on_purpose: OnPurpose = None
    # Directories in which WAL makes tablespaces, by OID.
    later: dict = field(default_factory=dict)


@dataclass
class Outcome:
    """What a restore ended with, said, and left."""

    status: int
    said: str = ""
    state: dict = field(default_factory=dict)


def recovery(case):
    """PostgreSQL's settings for this case; it archives nothing, so that the next case finds what this one found."""
    command = f"cp {case.archive}/%f %p" if case.archive else "false"
    return {"restore_command": command, "recovery_target_action": "promote", "archive_mode": "off", **case.settings}


def by_hand(world, case):
    for path in case.later.values():
        run_as_postgres("sh", "-c", f"rm -rf {path}; mkdir -m 700 {path}")
    server = None
    try:
        server = world.recover("by-hand", case.backup, recovery(case))
        if server is None:
            return Outcome(1, world.servers[-1].why())
        return Outcome(0, "", state_of(server, case))
    finally:
        world.servers.pop().stop("immediate")
        remove(world, "by-hand", "by-hand-spaces", "s-by-hand")


def by_us(world, case, binary):
    place = f"{world.root}/ours"
    make_folder(place)
    server = Server(world.postgres, f"{place}/data", f"{place}/s")
    try:
        done = subprocess.run(words_for(case, binary, world, place), cwd="/", stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE * 4)
        said = done.stdout + done.stderr
        if done.returncode != 0:
            return Outcome(done.returncode, said, {"target": "is there"} if os.path.exists(server.data) else {})
        try:
            server.start("archive_mode=off")
            return Outcome(0, said, state_of(server, case))
        except Failed as failure:
            return Outcome(0, f"{said}\nwhat was restored cannot be started or dumped: {failure}")
    finally:
        server.stop("immediate")
        remove(world, "ours")


def words_for(case, binary, world, place):
    words = [binary, "restore", case.backup.folder, "--target", f"{place}/data", "--pg-bin", world.postgres.binaries,
             "--no-history", "--yes"]
    if case.archive:
        words += ["--wal-archive", case.archive]
    for oid in (*case.backup.spaces, *case.later):
        words += ["--map", f"{oid}={place}/space-{oid}"]
    return words + case.words


def state_of(server, case):
    """All that can be asked of a recovered server, the place where its recovery ended included."""
    server.sql("CHECKPOINT")
    state = {name: server.sql(question) for name, question in STATE.items()}
    state["end of recovery"] = history(server.data, int(state["timeline"]))
    state["look"] = server.sql(case.look)
    dump = run_as_postgres(f"{server.postgres.binaries}/pg_dumpall", "-h", server.socket, "-U", "postgres")
    state["dump"] = re.sub(RANDOM_OR_OF_THE_PLACE, "", dump)
    return state


def history(data, timeline):
    """Where and why each timeline was left, to the byte."""
    path = f"{data}/pg_wal/{timeline:08X}.history"
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def remove(world, *names):
    for name in names:
        shutil.rmtree(f"{world.root}/{name}", ignore_errors=True)


def differences(theirs, ours):
    """Names of what is not the same; nothing when both failed, and left nothing behind."""
    if (theirs.status == 0) != (ours.status == 0):
        return ["outcome"]
    return sorted(name for name in theirs.state.keys() | ours.state.keys()
                  if theirs.state.get(name) != ours.state.get(name))


def check_made(case, theirs):
    """PostgreSQL did what the text says; else the scenario is not the one that it is called."""
    if case.fails is not None:
        if theirs.status == 0 or case.fails not in theirs.said:
            raise Failed(f"{case.text}: PostgreSQL was to fail with '{case.fails}': {theirs}")
        return
    if theirs.status != 0 or theirs.state["look"] != case.shows:
        raise Failed(f"{case.text}: PostgreSQL was to show '{case.shows}': {theirs.said} {theirs.state.get('look')}")
