// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestKit

@testable import Files

/// A directory of one test's own, open.
final class Folder {
    private let tree: FileTree
    let descriptor: FileDescriptor

    var path: String { tree.path }

    init() throws {
        tree = try FileTree()
        descriptor = try FileDescriptor(folderAt: tree.path)
    }

    func write(_ name: String, _ text: String = "text") throws { try tree.write(name, text: text) }

    func makeFolder(_ name: String) throws { try descriptor.makeFolder(name.utf8) }

    func makeLink(_ name: String, to target: String) throws {
        try descriptor.makeLink(name.utf8, to: target)
    }

    func makePipe(_ name: String) throws {
        guard mkfifo(tree.cString(name), 0o600) == 0 else { throw SystemError.last }
    }

    /// What a file says; nil when there is none.
    func text(_ name: String) throws -> String? {
        guard access(tree.cString(name), F_OK) == 0 else { return nil }
        return try descriptor.content(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    func names() throws -> [String] { try descriptor.names().map { String(decoding: $0, as: UTF8.self) } }
}

/// The errno that a call ends with; 0 when it does what it is asked.
func code(_ body: () throws(SystemError) -> Void) -> Int32 {
    do throws(SystemError) { try body() } catch { return error.code }
    return 0
}

extension FileDescriptor {
    /// Where this descriptor leads to, by the system's own table.
    func place() throws(SystemError) -> String {
        String(decoding: try RealPath.of("/proc/self/fd/\(number)".utf8), as: UTF8.self)
    }
}
