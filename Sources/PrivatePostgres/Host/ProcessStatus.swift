// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// What `/proc` tells of a process.
struct ProcessStatus: Equatable {
    var identifier: pid_t
    /// The program's name, of which the kernel keeps 15 bytes.
    var name: String
    var parent: pid_t
    /// In clock ticks.
    var cpuTime: UInt64
    /// In clock ticks from boot: tells a process from a later one with the same number.
    var startTime: UInt64

    /// Nil when there is no such process, or it has ended and only waits for its parent to look.
    init?(_ identifier: pid_t) {
        guard let bytes = Self.file("\(identifier)/stat") else { return nil }
        self.init(identifier, line: String(decoding: bytes, as: UTF8.self))
    }

    /// Reads a line of `/proc/PID/stat` (proc(5)).
    init?(_ identifier: pid_t, line: String) {
        // The name in parentheses may hold anything, so fields count from its end.
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close else {
            return nil
        }
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let parent = pid_t(fields[1]),
            let user = UInt64(fields[11]), let system = UInt64(fields[12]), let start = UInt64(fields[19])
        else { return nil }
        self.identifier = identifier
        name = String(line[line.index(after: open)..<close])
        self.parent = parent
        cpuTime = user &+ system
        startTime = start
    }

    /// The command line, its words separated by blanks; PostgreSQL's processes say there what they do.
    var title: String {
        let bytes = Self.file("\(identifier)/cmdline") ?? []
        return String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
    }

    /// The words of the command line as they were given, unless the process has changed them.
    var words: [String] {
        (Self.file("\(identifier)/cmdline") ?? []).split(separator: 0).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Which directory the process is in; nil when there is none or we may not know.
    var directory: FileIdentity? { FileIdentity(following: "/proc/\(identifier)/cwd") }

    /// Whether the program is `postgres`, as its executable's name says, or its own where that is hidden.
    var isPostgres: Bool {
        guard let path = Self.executable(of: identifier) else { return name == "postgres" }
        // A package that was upgraded meanwhile leaves " (deleted)" there.
        return path.split(separator: "/").last?.split(separator: " ").first == "postgres"
    }

    func isRunning() -> Bool { ProcessStatus(identifier)?.startTime == startTime }

    /// What a file of `/proc` holds; nil when it cannot be read.
    private static func file(_ name: String) -> [UInt8]? {
        (try? FileDescriptor(file: "/proc/\(name)").content(limit: 64 << 10)) ?? nil
    }

    private static func executable(of identifier: pid_t) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            let text = bytes.assumingMemoryBound(to: CChar.self)
            return text.baseAddress.map { readlink("/proc/\(identifier)/exe", $0, text.count) } ?? -1
        }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}

extension ProcessStatus {
    /// Every process that can be seen.
    static func all() -> [ProcessStatus] {
        let names = (try? FileDescriptor(folderAt: "/proc").names()) ?? []
        return names.compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
            .compactMap { ProcessStatus($0) }
    }

    /// A process, its children and theirs; empty when it has ended.
    static func family(of ancestor: pid_t) -> [ProcessStatus] {
        var family = [ProcessStatus(ancestor)].compactMap(\.self)
        var position = 0
        // What is read one after another is no snapshot: a number used anew could make a circle.
        var seen: Set<pid_t> = [ancestor]
        // Kernels without lists of children are asked for every process once.
        lazy var byParent = Dictionary(grouping: all(), by: \.parent)
        while position < family.count {
            let parent = family[position].identifier
            let children = listedChildren(of: parent) ?? byParent[parent] ?? []
            family += children.filter { seen.insert($0.identifier).inserted }
            position += 1
        }
        return family
    }

    /// Nil where the kernel does not say; PostgreSQL and shells start children from their first thread only.
    private static func listedChildren(of parent: pid_t) -> [ProcessStatus]? {
        file("\(parent)/task/\(parent)/children").map { bytes in
            String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
                .compactMap { ProcessStatus($0) }
        }
    }
}
