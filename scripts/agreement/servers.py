# SPDX-License-Identifier: Apache-2.0
"""Servers of PostgreSQL for the scenarios, the archive that they fill, and backups of them."""
import os
import re
import shutil
import time
from dataclasses import dataclass, field

from benchmarks.clusters import add_sums, make_folder, run_as_postgres
from benchmarks.measuring import Failed

SEGMENT = 1 << 20
PATIENCE = 90

SETTINGS = """
listen_addresses = ''
fsync = off
autovacuum = off
checkpoint_timeout = '30min'
wal_keep_size = '64MB'
max_prepared_transactions = 10
track_commit_timestamp = on
log_min_messages = info
"""


@dataclass
class Backup:
    """A base backup in a folder; `spaces` are the OIDs of the tablespaces that it holds."""

    folder: str
    spaces: list = field(default_factory=list)


class Server:
    """A server on a data directory, reached by a socket in a folder of its own."""

    def __init__(self, postgres, data, socket):
        self.postgres, self.data, self.socket, self.log = postgres, data, socket, f"{socket}/log"
        if not os.path.exists(socket):
            make_folder(socket)

    def configure(self, text):
        with open(f"{self.data}/postgresql.conf", "a") as file:
            file.write(text + "\n")

    def start(self, *settings):
        words = " ".join(f"-c {word}" for word in (
            f"unix_socket_directories={self.socket}", "listen_addresses=", *settings))
        self.postgres.run("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-s", "-t", str(PATIENCE), "-o", words,
                          "start")

    def stop(self, mode="fast"):
        if self.is_running():
            self.postgres.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-s", "stop")

    def is_running(self):
        return os.path.exists(f"{self.data}/postmaster.pid")

    def sql(self, text, database="postgres"):
        """Each statement of its own, so that those that may not be in a transaction work, too."""
        words = [word for line in text.strip().split(";\n") if line.strip() for word in ("-c", line)]
        return run_as_postgres(f"{self.postgres.binaries}/psql", "-h", self.socket, "-U", "postgres", "-d", database,
                               "-qAtX", "-v", "ON_ERROR_STOP=1", *words).strip()

    def position(self):
        return self.sql("SELECT pg_current_wal_insert_lsn()")

    def flushed(self):
        """What a standby of this server can have come to."""
        return self.sql("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() "
                        "ELSE pg_current_wal_flush_lsn() END")

    def wait_until(self, question, answer="t"):
        """Asks until that is the answer; false when the server ends before it."""
        for _ in range(PATIENCE * 10):
            if not self.is_running():
                return False
            try:
                if self.sql(question) == answer:
                    return True
            except Failed:
                pass
            time.sleep(0.1)
        raise Failed(f"still not '{answer}': {question}\n{self.logged()[-2000:]}")

    def archive_all(self):
        """Has all WAL up to now in the archive."""
        name = self.sql("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
        self.sql("INSERT INTO ballast VALUES (1);\nSELECT pg_switch_wal()")
        self.wait_until(f"SELECT last_archived_wal >= '{name}' AND last_archived_wal !~ 'history' FROM pg_stat_archiver")

    def finish(self):
        """Archives what there is, and is gone without a word more in WAL."""
        self.archive_all()
        self.stop("immediate")

    def promote(self):
        self.postgres.run("pg_ctl", "-D", self.data, "-w", "-s", "promote")
        self.wait_until("SELECT NOT pg_is_in_recovery()")

    def logged(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def why(self):
        """The last words of a server that ended."""
        words = "(FATAL|PANIC): +(?! |the database system is)"
        return next((line for line in reversed(self.logged().splitlines()) if re.search(words, line)), "")


class World:
    """The place of one scenario: an archive of WAL, and the servers and backups made in it."""

    def __init__(self, postgres, root, template):
        self.postgres, self.root, self.template, self.servers = postgres, root, template, []
        self.archive = f"{root}/archive"
        for folder in (root, self.archive):
            make_folder(folder)

    def origin(self, settings="", archives=True):
        """A fresh cluster that runs and archives."""
        server = self.new_server("origin")
        copy(self.template, server.data)
        server.configure(SETTINGS)
        if archives:
            server.configure(self.archiving())
        server.configure(settings)
        server.start()
        server.sql("CREATE TABLE ballast (n int)")
        return server

    def archiving(self, mode="on"):
        return f"archive_mode = {mode}\narchive_command = 'cp %p {self.archive}/%f'\n"

    def new_server(self, name):
        server = Server(self.postgres, f"{self.root}/{name}", f"{self.root}/s-{name}")
        self.servers.append(server)
        return server

    def standby(self, primary, name, settings=""):
        """A standby that streams from the primary and has caught up."""
        server = self.new_server(name)
        self.postgres.run("pg_basebackup", "-h", primary.socket, "-U", "postgres", "-D", server.data, "-c", "fast",
                          "--no-sync")
        server.configure(f"primary_conninfo = 'host={primary.socket} user=postgres'\n{settings}")
        touch(f"{server.data}/standby.signal")
        server.start()
        self.catch_up(server, primary)
        return server

    def catch_up(self, standby, primary):
        standby.wait_until(f"SELECT pg_last_wal_replay_lsn() >= '{primary.flushed()}'")

    def back_up(self, server, *words, label="backup", form="tar"):
        folder = f"{self.root}/{label}"
        self.postgres.run("pg_basebackup", "-h", server.socket, "-U", "postgres", "-D", folder, "-c", "fast",
                          "--no-sync", f"-F{form[0]}", *words)
        if form == "tar":
            add_sums(folder)
        return Backup(folder, [name[:-4] for name in os.listdir(folder) if re.fullmatch(r"\d+\.tar", name)])

    def recover(self, name, backup, settings):
        """A server that recovers a backup as PostgreSQL's documentation says, and goes on; None when it fails."""
        server = self.new_server(name)
        unpack(backup, server.data, f"{self.root}/{name}-spaces")
        server.configure("\n".join(f"{key} = '{value}'" for key, value in settings.items()))
        touch(f"{server.data}/recovery.signal")
        try:
            server.start()
        except Failed:
            if server.is_running():
                raise
            return None
        return server if server.wait_until("SELECT NOT pg_is_in_recovery()") else None

    def copy_archive(self, name):
        copy(self.archive, f"{self.root}/{name}")
        return f"{self.root}/{name}"

    def space(self, name):
        make_folder(f"{self.root}/{name}")
        return f"{self.root}/{name}"

    def end(self):
        for server in self.servers:
            server.stop("immediate")
        shutil.rmtree(self.root, ignore_errors=True)


def copy(source, target):
    run_as_postgres("cp", "-a", source, target)


def touch(path):
    run_as_postgres("touch", path)


def unpack(backup, data, spaces):
    """Puts a backup in tar or plain format where a server can be started on it, as a primary."""
    unpack_files(backup, data, spaces)
    run_as_postgres("rm", "-f", f"{data}/standby.signal")


def unpack_files(backup, data, spaces):
    if not os.path.exists(f"{backup.folder}/base.tar"):
        copy(backup.folder, data)
        return
    make_folder(data)
    run_as_postgres("tar", "xf", f"{backup.folder}/base.tar", "-C", data)
    if os.path.exists(f"{backup.folder}/pg_wal.tar"):
        run_as_postgres("tar", "xf", f"{backup.folder}/pg_wal.tar", "-C", f"{data}/pg_wal")
    if not backup.spaces:
        return
    make_folder(spaces)
    for oid in backup.spaces:
        make_folder(f"{spaces}/{oid}")
        run_as_postgres("tar", "xf", f"{backup.folder}/{oid}.tar", "-C", f"{spaces}/{oid}")
    with open(f"{data}/tablespace_map", "w") as file:
        file.writelines(f"{oid} {spaces}/{oid}\n" for oid in backup.spaces)
