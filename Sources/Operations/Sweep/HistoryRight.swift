// SPDX-License-Identifier: Apache-2.0
import Files
import History

/// A right that one process at a time has, of those that use one history.
///
/// It ends with its process, however that ends.
public final class HistoryRight {
    /// What there is one right each for.
    public enum Purpose: String, Sendable {
        case sweep
        case serve
    }

    private var lock: FileLock?

    /// Throws `OperationError.underWay` while another process has it.
    public convenience init(to purpose: Purpose, with memory: Memory) throws {
        guard let history = memory.history else { throw OperationError.sweepNeedsHistory }
        try self.init(to: purpose, history)
    }

    init(to purpose: Purpose, _ history: HistoryDatabase) throws {
        let (folder, name) = Self.parts(of: history.path)
        let lock: FileLock?
        do throws(SystemError) {
            lock = try FileLock(
                Array("\(name).\(purpose.rawValue)".utf8), in: FileDescriptor(folderAt: folder))
        } catch {
            throw HistoryError.unusable(path: history.path, reason: "its lock: \(error.text)")
        }
        guard let lock else { throw OperationError.underWay(purpose, history.path) }
        self.lock = lock
    }

    /// Another process may have it.
    public func release() { lock = nil }

    private static func parts(of path: String) -> (folder: String, name: Substring) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), path[path.index(after: slash)...])
    }
}
