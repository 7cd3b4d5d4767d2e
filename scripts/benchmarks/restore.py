# SPDX-License-Identifier: Apache-2.0
"""`scripts/bench restore`: from a backup to a data directory, against tar, pigz and pgBackRest."""
import contextlib
import json
import os
import re
import statistics
import tempfile

from .clusters import POSTGRES15, Backup, make_folder, run_as_postgres
from .measuring import (
    MIB, Case, Failed, Goal, Medians, build, document, is_met, machine, print_goals, remove_history,
    run_quietly, say, take_turns, write)

OURS, RECOVERED = "ours, verified, synced", "ours, also recovered privately"
TAR, TAR_UNSAFE, PIGZ = "tar xzf, synced", "tar xzf, not synced", "pigz and tar x, synced"
BACKREST = "pgbackrest, process-max={}"


# ---------------------------------------------------------------- the backups

BACKREST_SETTINGS = """
[global]
repo1-path={place}/repo
spool-path={place}/spool
lock-path={place}/lock
log-level-file=off
log-level-console=warn
start-fast=y
archive-copy=y

[bench]
pg1-path={data}
pg1-socket-path={socket}
"""


class BackRest:
    """pgBackRest with a repository of its own, compressed as it does by itself (gzip), WAL in the backup."""

    def __init__(self, place):
        self.place = f"{place}/pgbackrest"
        self.settings = f"{self.place}/pgbackrest.conf"
        self.command = f"pgbackrest --config={self.settings} --stanza=bench"

    def take_backup(self, cluster):
        make_folder(self.place)
        write(self.settings, BACKREST_SETTINGS.format(
            place=self.place, data=cluster.data, socket=cluster.root))
        cluster.set("archive_command", f"{self.command} archive-push %p")
        run_as_postgres(*self.command.split(), "stanza-create")
        run_as_postgres(*self.command.split(), "--type=full", "backup")


def make_backups(place):
    """Both kinds of backup, taken while the cluster runs and nothing changes it.

    Frozen, so that the pages are the same whoever looks at them in between.
    """
    backrest = BackRest(place)
    settings = "archive_mode=on\narchive_command='true'\nautovacuum=off\n"
    with POSTGRES15.cluster(place, settings) as cluster:
        cluster.sql("VACUUM FREEZE")
        backrest.take_backup(cluster)
        backup = cluster.take_backup(f"{place}/backup15")
    wal = int(run_quietly("bash", "-c", f"gzip -dc {backup.folder}/pg_wal.tar.gz | wc -c"))
    return Backup(backup.folder, backup.bytes + wal), backrest


# ---------------------------------------------------------------- what must come out

class Target:
    """The data directory that each program makes in its turn."""

    def __init__(self, place, backup):
        self.place, self.backup = place, backup
        self.path, self.history, self.used = f"{place}/target", f"{place}/history.sqlite", 0

    def put_away(self):
        """Empties what the last program made, and lets nobody pay for what was written before.

        The files stay, without their bytes: ext4 is slow to find inodes where many were freed lately.
        """
        if os.path.exists(self.path):
            os.makedirs(f"{self.place}/used", exist_ok=True)
            self.used += 1
            os.rename(self.path, f"{self.place}/used/{self.used}")
            for folder, _, names in os.walk(f"{self.place}/used/{self.used}"):
                for name in names:
                    os.truncate(f"{folder}/{name}", 0)
        remove_history(self.history)
        run_quietly("sync", "-f", self.place)

    def make_empty(self):
        self.put_away()
        make_folder(self.path)

    def is_backup(self, *options):
        """Holds every file to the manifest of the backup, by its CRC-32C."""
        def check(case, _):
            self.look(case)
            run_as_postgres(f"{POSTGRES15.binaries}/pg_verifybackup", "-q", *options,
                            "-m", f"{self.backup.folder}/backup_manifest", self.path)
        return check

    def is_shut_down(self, case, _):
        """Recovery has changed files, so pages are held to their own checksums."""
        self.look(case)
        run_as_postgres(f"{POSTGRES15.binaries}/pg_checksums", "--check", "-D", self.path)

    def look(self, case):
        others = ["-o", "!", "-user", "postgres"] if os.geteuid() == 0 else []
        wrong = run_quietly("find", self.path, "-perm", "/077", *others)
        if wrong:
            raise Failed(f"{case.name}: these have another owner or mode: {wrong[:300]}")
        if not any(re.fullmatch("[0-9A-F]{24}", name) for name in os.listdir(f"{self.path}/pg_wal")):
            raise Failed(f"{case.name}: there is no WAL in '{self.path}'")


# ---------------------------------------------------------------- the cases

def cases(binary, backup, backrest, target):
    def ours(name, options, check):
        owner = "--owner postgres" if os.geteuid() == 0 else ""
        command = (f"{binary} restore -P {backup.folder} --target {target.path} --history {target.history} "
                   f"{owner} --yes --json {options}")
        return Case(name, command, backup, check, target.put_away)

    def unpacked(name, command, then=""):
        base, wal = (command.format(f"{backup.folder}/{object}.tar.gz", folder) for object, folder in
                     (("base", target.path), ("pg_wal", f"{target.path}/pg_wal")))
        return Case(name, f"{base} && {wal}{then}", backup, target.is_backup(), target.make_empty)

    def backrests(jobs):
        changed = ("-n", "-i", "backup_label", "-i", "tablespace_map", "-i", "global/pg_control")
        command = f"{backrest.command} --pg1-path={target.path} --process-max={jobs} restore"
        return Case(BACKREST.format(jobs), command, backup, target.is_backup(*changed), target.make_empty)

    sync = f" && sync -f {target.path}"
    return [
        ours(OURS, "--no-start", target.is_backup()),
        ours(RECOVERED, f"--pg-bin {POSTGRES15.binaries}", target.is_shut_down),
        unpacked(TAR, "tar xzf {} -C {}", sync),
        unpacked(TAR_UNSAFE, "tar xzf {} -C {}"),
        unpacked(PIGZ, "pigz -dc {} | tar x -C {}", sync),
        backrests(1), backrests(2),
    ]


def goals(median):
    def user(slow):
        return lambda: median(slow).user / median(OURS).user

    wanted = [
        ("P7", "verified restore: user CPU of tar xzf / ours", user(TAR), ">=", 2.7, ""),
        ("P7", "verified restore: user CPU of pgbackrest / ours", user(BACKREST.format(1)), ">=", 2, ""),
        ("P9", "peak memory, one object", lambda: median.peak(OURS) / MIB, "<=", 32, "MiB"),
    ]
    measured = []
    for name, text, value, relation, limit, unit in wanted:
        with contextlib.suppress(KeyError):
            measured.append(Goal(name, text, value(), relation, limit, unit))
    return measured


def print_restores(median, runs):
    print(f"{machine()}; medians of {runs} runs; seconds per unpacked GB\n")
    print(f"| {'program':32} | user s | system s | wall s | peak MiB | user / ours |")
    print(f"|{'-' * 34}|-------:|---------:|-------:|---------:|------------:|")
    for case in median.cases:
        sample, size = median(case.name), case.data.bytes / 1e9
        ratio = sample.user / median(OURS).user if OURS in median.samples else float("nan")
        print(f"| {case.name:32} | {sample.user / size:6.2f} | {sample.system / size:8.2f} | "
              f"{sample.wall / size:6.2f} | {median.peak(case.name) / MIB:8.1f} | {ratio:11.2f} |")
    print()


def restore(options):
    binary = options.binary or build()
    with tempfile.TemporaryDirectory(prefix="pgb-bench-") as place:
        os.chmod(place, 0o755)
        say(f"making a cluster of PostgreSQL 15 and its backups in {place}")
        backup, backrest = make_backups(place)
        target = Target(place, backup)
        chosen = [case for case in cases(binary, backup, backrest, target)
                  if re.search(options.only, case.name)]
        samples, speeds = take_turns(chosen, options.runs, place)
    median = Medians(chosen, samples)
    reached = goals(median)
    print_restores(median, options.runs)
    print_goals(reached)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(document(median, statistics.median(speeds), reached, options), file, indent=2)
    return 0 if all(is_met(goal) for goal in reached) else 7
