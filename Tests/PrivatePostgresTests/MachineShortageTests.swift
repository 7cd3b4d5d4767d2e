// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Testing

@testable import PrivatePostgres

@Suite struct `What a machine has too little of` {
    struct Case: Sendable, CustomTestStringConvertible {
        var lines: String
        var shortage: MachineShortage
        var words: String

        var testDescription: String { "\(shortage)" }
    }

    /// As PostgreSQL 15 and 18 log it, on Linux with a file system of 4 KiB at /dev/shm, with `kernel.shmmni=0`,
    /// `kernel.shmmax=10`, `huge_pages=on` without any, `ulimit -n 20`; those of semaphores are of a build with semaphores
    /// of System V.
    static let cases = [
        Case(
            lines: """
                FATAL:  could not resize shared memory segment "/PostgreSQL.2048384460" to 406976 bytes: No space left on device
                LOG:  database system is shut down
                """, shortage: .sharedMemoryFileSystem, words: "--shm-size"),
        Case(
            lines: """
                FATAL:  could not open shared memory segment "/PostgreSQL.1": Permission denied
                """, shortage: .sharedMemoryFileSystem, words: "/dev/shm"),
        Case(
            lines: """
                FATAL:  could not create shared memory segment: No space left on device
                DETAIL:  Failed system call was shmget(key=1321406, size=56, 03600).
                HINT:  This error does *not* mean that you have run out of disk space.  It occurs either if all available shared memory IDs have been taken, in which case you need to raise the SHMMNI parameter in your kernel, or because the system's overall limit for shared memory has been reached.
                LOG:  database system is shut down
                """, shortage: .segments, words: "kernel.shmmni"),
        Case(
            lines: """
                FATAL:  could not create shared memory segment: Invalid argument
                DETAIL:  Failed system call was shmget(key=1321406, size=56, 03600).
                """, shortage: .segmentSize, words: "kernel.shmmax"),
        Case(
            lines: """
                FATAL:  could not create semaphores: No space left on device
                DETAIL:  Failed system call was semget(5432001, 17, 03600).
                HINT:  This error does *not* mean that you have run out of disk space.
                """, shortage: .semaphores, words: "kernel.sem="),
        Case(
            lines: """
                FATAL:  could not map anonymous shared memory: Cannot allocate memory
                HINT:  This error usually means that PostgreSQL's request for a shared memory segment exceeded available memory, swap space, or huge pages. To reduce the request size (currently 150994944 bytes), reduce PostgreSQL's shared memory usage, perhaps by reducing shared_buffers or max_connections.
                """, shortage: .memory, words: "--memory"),
        Case(
            lines: """
                FATAL:  could not create shared memory segment: Cannot allocate memory
                DETAIL:  Failed system call was shmget(key=1, size=56, 03600).
                """, shortage: .memory, words: "free -m"),
        Case(
            lines: """
                LOG:  could not fork startup process: Resource temporarily unavailable
                """, shortage: .processes, words: "ulimit -u"),
        Case(
            lines: """
                FATAL:  insufficient file descriptors available to start server process
                DETAIL:  System allows 10, server needs at least 64, 3 files are already open.
                """, shortage: .openFiles, words: "ulimit -n"),
    ]

    @Test(arguments: cases)
    func `is told by what failed, and never as room on a disk`(_ told: Case) {
        let error = Self.error(told.lines)
        #expect(error.exitStatus == .restoreFailed)
        #expect(!error.message.contains("not enough room") && !error.message.contains("/target"))
        #expect(error.message.contains(told.shortage.summary))
        #expect(
            error.hints.contains { $0.contains(told.words) } && error.hints.contains { $0.contains("kept") })
    }

    @Test(arguments: [
        "PANIC:  could not write to file \"pg_wal/xlogtemp.9\": No space left on device",
        "FATAL:  could not resize shared memory segment \"pg_dynshmem/mmap.7\" to 406976 bytes: No space left on device",
        "FATAL:  could not create file \"global/pg_internal.init\": No space left on device",
    ])
    func `is not what the data directory has too little of`(_ line: String) {
        let error = Self.error(line)
        #expect(error.exitStatus == .noSpace && error.message.contains("/target"), "\(error)")
    }

    @Test(arguments: [
        "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use",
        "FATAL:  lock file \"postmaster.pid\" already exists",
        "FATAL:  could not access file \"shared memory segment\": No such file or directory",
    ])
    func `is not what else keeps a server from starting`(_ line: String) {
        guard case .failed = Self.error(line) else {
            Issue.record("\(Self.error(line))")
            return
        }
    }

    private static func error(_ lines: String) -> PrivatePostgresError {
        var log = RecoveryLog()
        for line in lines.split(separator: "\n") { log.receive(String(line)) }
        return RecoveryFault(
            goal: RecoveryGoal(.endOfWAL), log: log, ending: "it ended", hasArchive: false,
            directory: "/target"
        ).error
    }
}
