// SPDX-License-Identifier: Apache-2.0

/// Something of the machine that a server needs and did not get, as the words tell with which it gave up.
///
/// None of it has to do with the room on a disk, though the system says "No space left on device" of some: the numbers
/// of segments and semaphores are limits of the kernel (src/backend/port/sysv_shmem.c, sysv_sema.c, posix_sema.c and
/// src/backend/storage/ipc/dsm_impl.c, storage/file/fd.c of PostgreSQL).
public enum MachineShortage: Sendable, Equatable, CaseIterable {
    /// The file system for shared memory, which is small in containers.
    case sharedMemoryFileSystem
    /// The kernel's limits for segments of System V: their number and their sum.
    case segments
    /// The kernel's limit for the size of one segment.
    case segmentSize
    /// Semaphores of System V, of which the kernel has so many.
    case semaphores
    /// Memory itself, or the limit that a container has.
    case memory
    /// Processes of this user, or of a container.
    case processes
    /// Files that a process may have open.
    case openFiles
}

extension MachineShortage {
    /// Of a FATAL with its DETAIL; nil when it says something else.
    init?(_ fatal: String) {
        guard let found = Self.allCases.first(where: { $0.isTold(in: fatal) }) else { return nil }
        self = found
    }

    private func isTold(in fatal: String) -> Bool {
        let isFull = fatal.contains(": No space left on device")
        let segment = fatal.contains("could not create shared memory segment: ")
        return switch self {
        // Those of System V have no name here, and those in the data directory one without a slash in front.
        case .sharedMemoryFileSystem: fatal.contains(#" shared memory segment "/"#)
        case .segments: segment && isFull
        case .segmentSize: segment && fatal.contains(": Invalid argument")
        case .semaphores: fatal.contains("could not create semaphore") && (isFull || isInvalid(fatal))
        case .memory:
            fatal.contains("could not map anonymous shared memory: ")
                || segment && fatal.contains(": Cannot allocate memory")
                || fatal.hasPrefix("FATAL:  out of memory")
        case .processes: fatal.contains("could not fork ")
        case .openFiles: fatal.contains("insufficient file descriptors available to start server process")
        }
    }

    private func isInvalid(_ fatal: String) -> Bool { fatal.contains(": Invalid argument") }

    /// What there is too little of.
    var summary: String {
        switch self {
        case .sharedMemoryFileSystem: "the file system for shared memory is full or cannot be used"
        case .segments: "the kernel gives no further segment of shared memory"
        case .segmentSize: "the kernel's largest segment of shared memory is too small"
        case .semaphores: "the kernel gives no further semaphores"
        case .memory: "there is too little memory for the server"
        case .processes: "the system lets the server start no further process"
        case .openFiles: "the server may open too few files"
        }
    }

    /// What to type, without its beginning: how to go on is said with it.
    var remedy: String {
        switch self {
        case .sharedMemoryFileSystem:
            "`df -h /dev/shm` shows it; enlarge it: `mount -o remount,size=1g /dev/shm`, for a container `docker run --shm-size=1g`"
        case .segments:
            "`ipcs -m` and `ipcs -lm` show what is taken; raise the limits: `sysctl -w kernel.shmmni=4096 kernel.shmall=18446744073692774399`"
        case .segmentSize:
            "`ipcs -lm` shows it; raise it: `sysctl -w kernel.shmmax=18446744073692774399`"
        case .semaphores:
            "`ipcs -s` and `ipcs -ls` show what is taken; raise the limits: `sysctl -w kernel.sem='250 512000 100 2048'`"
        case .memory:
            "`free -m` shows it; give the machine or the container more (`docker run --memory`, a trial `--memory`); the limits on connections and locks are those of the server that was backed up"
        case .processes:
            "`ulimit -u` and `cat /sys/fs/cgroup/pids.max` show the limits; raise them (`docker run --pids-limit`)"
        case .openFiles: "`ulimit -n` shows the limit; raise it: `ulimit -n 65536`"
        }
    }
}
