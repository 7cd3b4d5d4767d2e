// SPDX-License-Identifier: Apache-2.0
public import Glibc

/// What `/proc` tells of a process.
public struct ProcessStatus: Equatable, Sendable {
    /// Its number, which a later process may be given.
    public let identifier: pid_t
    /// The program's name, of which the kernel keeps 15 bytes.
    public let name: String
    /// The number of the process that started it, or took it over.
    public let parent: pid_t
    /// The number of its process group.
    public let group: pid_t
    /// In clock ticks.
    public let cpuTime: UInt64
    /// In clock ticks from boot: tells a process from a later one with the same number.
    public let startTime: UInt64

    /// Nil when there is no such process, or it has ended and only waits for its parent to look.
    ///
    /// It throws when that cannot be known, as where no more files can be opened, or `/proc` hides it from this user
    /// (`hidepid` of proc(5)).
    public static func look(at identifier: pid_t) throws(SystemError) -> ProcessStatus? {
        do throws(SystemError) {
            let bytes = try FileDescriptor(file: "/proc/\(identifier)/stat").content(limit: 64 << 10)
            return ProcessStatus(identifier, line: String(decoding: bytes ?? [], as: UTF8.self))
        } catch {
            // It ended before its file was opened, or between that and the reading.
            guard error.code == ENOENT || error.code == ESRCH else { throw error }
            guard !isThere(identifier) else { throw SystemError(code: EACCES) }
            return nil
        }
    }

    /// Whether something has that number, which `/proc` may hide.
    private static func isThere(_ identifier: pid_t) -> Bool {
        identifier > 0 && (kill(identifier, 0) == 0 || errno == EPERM)
    }

    /// Nil when there is no such process, or nothing can be known of it.
    public init?(_ identifier: pid_t) {
        guard let status = (try? Self.look(at: identifier)) ?? nil else { return nil }
        self = status
    }

    /// Reads a line of `/proc/PID/stat` (proc(5)); nil when it is none, or that of a process that has ended.
    public init?(_ identifier: pid_t, line: String) {
        // The name in parentheses may hold anything, so fields count from its end.
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close else {
            return nil
        }
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let parent = pid_t(fields[1]),
            let group = pid_t(fields[2]), let user = UInt64(fields[11]), let system = UInt64(fields[12]),
            let start = UInt64(fields[19])
        else { return nil }
        self.identifier = identifier
        name = String(line[line.index(after: open)..<close])
        (self.parent, self.group) = (parent, group)
        cpuTime = user &+ system
        startTime = start
    }

    /// Whether this very process still runs, and not a later one with its number.
    ///
    /// True where it cannot be known: who waits for an end must not take a failure to look for it.
    public func isRunning() -> Bool {
        do { return try Self.look(at: identifier)?.startTime == startTime } catch { return true }
    }

    /// The command line, its words separated by blanks; empty when it cannot be read.
    ///
    /// A process may write there what it does, as PostgreSQL's do.
    public var title: String {
        let bytes = Self.file("\(identifier)/cmdline") ?? []
        return String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
    }

    /// The words of the command line as they were given, unless the process has changed them.
    public var words: [String] {
        (Self.file("\(identifier)/cmdline") ?? []).split(separator: 0).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The words of its environment, as it was started with; none when we may not know.
    public var environment: [ArraySlice<UInt8>] {
        (Self.file("\(identifier)/environ") ?? []).split(separator: 0)
    }

    /// Which directory the process is in; nil when there is none or we may not know.
    public var directory: FileIdentity? { FileIdentity(following: "/proc/\(identifier)/cwd") }

    /// Its numbers: here, then in each namespace of processes that it is in, its own last; none when we may not know.
    public var numbers: [pid_t] {
        let text = String(decoding: Self.file("\(identifier)/status") ?? [], as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
        return line?.split(separator: "\t").dropFirst().compactMap { pid_t($0) } ?? []
    }

    /// The path of its program, with ` (deleted)` after it when another one took its place; nil when we may not know.
    public var program: String? {
        let target = try? FileDescriptor(directory: "/proc/\(identifier)").target(ofLink: "exe".utf8)
        return target.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What a file of `/proc` holds; nil when it cannot be read.
    static func file(_ name: String) -> [UInt8]? {
        (try? FileDescriptor(file: "/proc/\(name)").content(limit: 64 << 10)) ?? nil
    }
}
