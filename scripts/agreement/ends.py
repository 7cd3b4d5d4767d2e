# SPDX-License-Identifier: Apache-2.0
"""Scenarios about where WAL ends: segments of a server that crashed, and records that were begun and never ended."""
import os
import re
import struct
import subprocess

from benchmarks.clusters import run_as_postgres
from benchmarks.measuring import Failed

from .cases import Case, OnPurpose
from .servers import SEGMENT

PAGE, HEADER, HUGE = 8192, 24, 2 << 30
IS_CONTINUED = 1
WORDS = ["--allow-unfinished"]


class End:
    """The last segment of a server that was killed, in its archive: where its last record begins and where it ends."""

    def __init__(self, world, origin):
        said = waldump(world.postgres, origin)
        self.last = position(re.findall(r"lsn: ([0-9A-F]+/[0-9A-F]+)", said)[-1])
        self.end = position(re.search(r"error in WAL record at [^:]*: .* at ([0-9A-F]+/[0-9A-F]+)", said).group(1))
        self.segment = f"{1:08X}{0:08X}{self.end // SEGMENT:08X}"
        self.world, self.source = world, f"{origin.data}/pg_wal/{self.segment}"
        with open(self.source, "rb") as file:
            self.magic = struct.unpack("<H", file.read(2))[0]

    def archive(self, name, *writes, segment=None):
        """A copy of the archive with this last segment, changed at some positions."""
        folder = self.world.copy_archive(name)
        path = f"{folder}/{segment or self.segment}"
        run_as_postgres("cp", self.source, path)
        with open(path, "r+b") as file:
            for place, data in writes:
                file.seek(place % SEGMENT)
                file.write(data)
        return folder

    def record(self, length, previous):
        return self.end, struct.pack("<IIQBBHI", length, 0, previous, 0, 0, 0, 0)

    def next_page(self, magic=None, info=0, address=None, remaining=0):
        place = self.end - self.end % PAGE + PAGE
        return place, struct.pack("<HHIQI", magic or self.magic, info, 1, address or place, remaining)


def position(lsn):
    high, low = lsn.split("/")
    return int(high, 16) << 32 | int(low, 16)


def waldump(postgres, origin):
    """What pg_waldump says of the last segment that records were written to."""
    control = run_as_postgres(f"{postgres.binaries}/pg_controldata", origin.data)
    start = re.search(r"Latest checkpoint's REDO location: +(\S+)", control).group(1)
    command = [f"{postgres.binaries}/pg_waldump", "-p", f"{origin.data}/pg_wal", "-s", start]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True)
    if "lsn: " not in done.stdout:
        raise Failed(f"pg_waldump: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def killed(world, prepare=lambda origin: None):
    """A server whose last committed row is in a segment that nobody archived; then it is killed."""
    origin = world.origin()
    origin.sql("CREATE TABLE t (i int)")
    backup = world.back_up(origin)
    origin.sql("INSERT INTO t VALUES (1)")
    origin.archive_all()
    origin.sql("CHECKPOINT;\nINSERT INTO t VALUES (2)")
    prepare(origin)
    origin.stop("immediate")
    return backup, End(world, origin)


def one_page(world):
    """The end shows in the header of the record that is no record."""
    backup, end = killed(world)
    plain = end.archive("plain")

    def case(text, archive, shows="2", words=WORDS, **more):
        return Case(text, backup, archive=archive, shows=shows, words=words, **more)

    yield case("zeros behind the last record", plain)
    yield case("zeros behind the last record, without `--allow-unfinished`", plain, words=[], on_purpose=OnPurpose(
        0, "pg_backctl ends before an unfinished segment and says what is in it", "1"))
    partial = end.archive("partial", segment=f"{end.segment}.partial")
    yield case("the segment is `.partial`: PostgreSQL does not look for it", partial, "1", words=[])
    yield case("a length too small to be one", end.archive("short", end.record(23, end.last)))
    yield case("a wrong link to the record before", end.archive("link", end.record(HUGE, 0xDEADBEEF)))
    yield case("a wrong checksum of the last record", end.archive("crc", (end.end - 8, b"!!")), "1")


def two_pages(world):
    """The end shows in the page that the record would go on in."""
    backup, end = killed(world)
    yield from page_cases(end, backup, "")
    place = f"{end.last >> 32:X}/{end.last & 0xFFFFFFFF:X}"
    yield Case("a page that is none: to the last commit, by its position", backup, archive=f"{world.root}/page2", shows="2",
               settings={"recovery_target_lsn": place}, words=["--to-lsn", place, *WORDS])


def split_header(world):
    """The header of the record that is no record is split by the end of a page."""
    backup, end = killed(world, leave_less_than_a_header)
    if end.end % PAGE <= PAGE - HEADER:
        raise Failed(f"the last record ends at {end.end % PAGE} of its page")
    yield from page_cases(end, backup, "split header: ")


def page_cases(end, backup, what):
    page = end.next_page
    length = end.record(HUGE, end.last)[1][:PAGE - end.end % PAGE]
    older = end.end - end.end % PAGE + PAGE - 4 * SEGMENT
    damaged = OnPurpose(
        17, "behind it are neither zeros nor older WAL: PostgreSQL takes it for the end, pg_backctl for damage")
    for number, (text, write, purpose) in enumerate((
            ("a page of zeros", None, None), ("a page of an older segment", page(address=older), None),
            ("a page that is none", page(0xCAFE), damaged),
            ("a page of a place far ahead", page(address=0xBAAAAAAD0000), damaged),
            ("unknown bits in the page", page(info=0x1234), damaged),
            ("a page that continues nothing", page(), damaged),
            ("a page that continues another length", page(info=IS_CONTINUED, remaining=123456), damaged))):
        writes = [(end.end, length)] + ([write] if write else [])
        archive = end.archive(f"{'split' if what else 'page'}{number}", *writes)
        yield Case(f"{what}{text}", backup, archive=archive, shows="2", words=WORDS, on_purpose=purpose)


def leave_less_than_a_header(origin):
    """Writes messages until the last commit ends so near to the end of its page."""
    def emit(size):
        before = origin.sql("SELECT pg_current_wal_insert_lsn() - '0/0'")
        origin.sql(f"SELECT pg_logical_emit_message(true, '', repeat('x', {size}))")
        after = int(origin.sql("SELECT pg_current_wal_insert_lsn() - '0/0'"))
        return after - int(before), after % PAGE

    for _ in range(20):
        taken, place = emit(64)
        room = PAGE - place - (HEADER - 8) - (taken - 64)
        if room < 300:
            emit(4000)
            continue
        _, place = emit(room - room % 8)
        if place > PAGE - HEADER:
            return
    raise Failed("no record ends near the end of its page")


def missing_segments(world):
    """A segment is not in the archive: the first that the backup needs, or one on the way."""
    origin = world.origin()
    origin.sql("CREATE TABLE t (i int)")
    backup, bare = world.back_up(origin), world.back_up(origin, "-X", "none", label="bare")
    needed = origin.sql("SELECT redo_wal_file FROM pg_control_checkpoint()")
    names = []
    for number in range(3):
        origin.sql(f"INSERT INTO t VALUES ({number})")
        names.append(origin.sql("SELECT pg_walfile_name(pg_current_wal_insert_lsn())"))
        origin.archive_all()
    origin.finish()
    first, gap = world.copy_archive("first"), world.copy_archive("gap")
    run_as_postgres("rm", f"{first}/{needed}")
    run_as_postgres("rm", f"{gap}/{names[1]}")
    yield Case("no WAL in the backup, and the segment it begins in is missing", bare, archive=first,
               fails="could not locate required checkpoint record")
    yield Case("a segment is missing on the way", backup, archive=gap, shows="1", on_purpose=OnPurpose(
        17, "PostgreSQL ends at the gap and opens; pg_backctl refuses where later WAL is there"))


def overwritten_record(world):
    """A record was begun in an archived segment, its end was lost in a crash, and the server went on over it."""
    origin = world.origin()
    backup = world.back_up(origin)
    origin.sql("CREATE TABLE t (a text)")
    while SEGMENT - int(origin.sql("SELECT pg_current_wal_insert_lsn() - '0/0'")) % SEGMENT > 100_000:
        origin.sql("SELECT pg_logical_emit_message(true, '', repeat('x', 50000))")
    origin.sql("SELECT pg_logical_emit_message(true, 'test 026', repeat('xyzxz', 123456))")
    last = origin.sql("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
    origin.stop("immediate")
    os.unlink(f"{origin.data}/pg_wal/{last}")
    origin.start()
    origin.sql("INSERT INTO t VALUES ('hello');\nSELECT pg_logical_emit_message(true, 'test 026', 'AABBCC');\n"
               "SELECT pg_create_restore_point('rp')")
    origin.finish()
    if "OVERWRITE_CONTRECORD" not in waldump_archive(world, last):
        raise Failed("no record was overwritten")
    yield Case("a record that was begun, and overwritten after a crash", backup, archive=world.archive, shows="1")


def waldump_archive(world, segment):
    return run_as_postgres(f"{world.postgres.binaries}/pg_waldump", "-r", "XLOG", f"{world.archive}/{segment}")
