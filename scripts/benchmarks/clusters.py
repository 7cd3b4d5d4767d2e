# SPDX-License-Identifier: Apache-2.0
"""Clusters of PostgreSQL to take backups of, and the backups."""
import contextlib
import os
import shutil
import subprocess

from .measuring import Failed, run_quietly

ROWS = 6_000_000
TABLES = 1500


class Backup:
    """A backup in a folder of its own; `bytes` are those of its unpacked archive."""

    def __init__(self, folder, unpacked):
        self.folder, self.bytes = folder, unpacked


class Postgres:
    """The binaries of one version, where the user postgres can run them."""

    def __init__(self, version, binaries):
        self.version, self.binaries = version, binaries

    def run(self, program, *arguments):
        run_as_postgres(f"{self.binaries}/{program}", *arguments)

    def make_backup(self, place):
        with self.cluster(place) as cluster:
            backup = cluster.take_backup(f"{place}/backup{self.version}")
        shutil.rmtree(cluster.data)
        return backup

    @contextlib.contextmanager
    def cluster(self, place, settings=""):
        """A running cluster of about 0.85 GB with page checksums and thousands of files; stopped afterwards."""
        cluster = Cluster(self, f"{place}/pg{self.version}")
        cluster.make(settings)
        try:
            cluster.fill()
            yield cluster
        finally:
            self.run("pg_ctl", "-D", cluster.data, "-m", "immediate", "-w", "-s", "stop")


class Cluster:
    """A cluster whose socket lies in its `root`."""

    def __init__(self, postgres, root):
        self.postgres, self.root, self.data = postgres, root, f"{root}/data"

    def make(self, settings):
        make_folder(self.root)
        self.postgres.run("initdb", "-k", "-D", self.data, "-A", "trust", "-U", "postgres", "--no-sync")
        with open(f"{self.data}/postgresql.conf", "a") as file:
            file.write(
                f"listen_addresses=''\nunix_socket_directories='{self.root}'\nfsync=off\nmax_wal_size='4GB'\n"
                f"max_locks_per_transaction=2000\n{settings}")
        self.postgres.run("pg_ctl", "-D", self.data, "-l", f"{self.root}/log", "-w", "-s", "start")

    def fill(self):
        self.sql(f"CREATE TABLE r AS SELECT g id, md5(random()::text) a, md5((g/7)::text) b, "
                 f"now() + g * interval '1s' t FROM generate_series(1, {ROWS}) g")
        self.sql("CREATE INDEX ON r (id)")
        self.sql(f"DO $$ BEGIN FOR i IN 1..{TABLES} LOOP "
                 "EXECUTE format('CREATE TABLE s%s (id int PRIMARY KEY, t text)', i); END LOOP; END $$")

    def sql(self, text):
        self.postgres.run("psql", "-h", self.root, "-U", "postgres", "-d", "postgres", "-qAtX", "-c", text)

    def set(self, name, value):
        with open(f"{self.data}/postgresql.conf", "a") as file:
            file.write(f"{name} = '{value}'\n")
        self.sql("SELECT pg_reload_conf()")

    def take_backup(self, folder):
        """Takes a backup as tar.gz, with its sum file."""
        self.postgres.run("pg_basebackup", "-h", self.root, "-U", "postgres", "-D", f"{self.root}/backup",
                          "-Ft", "-z", "-c", "fast", "--no-sync")
        os.rename(f"{self.root}/backup", folder)
        unpacked = int(run_quietly("bash", "-c", f"gzip -dc {folder}/base.tar.gz | wc -c"))
        add_sums(folder)
        return Backup(folder, unpacked)


POSTGRES15 = Postgres(15, "/usr/lib/postgresql/15/bin")


def make_folder(path):
    """Makes a folder for the user postgres alone, where we are root."""
    os.mkdir(path, 0o700)
    if os.geteuid() == 0:
        shutil.chown(path, "postgres", "postgres")


def run_as_postgres(*command):
    """Runs a program as the user postgres where we are root, which PostgreSQL's programs refuse to be."""
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def add_sums(folder):
    run_quietly("bash", "-c", f"cd {folder} && sha256sum * > backup.sha256")
