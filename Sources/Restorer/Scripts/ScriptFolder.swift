// SPDX-License-Identifier: Apache-2.0
import Files

/// The `.sql` files of a folder, in the order of their names' bytes.
public struct ScriptFolder: Sendable, Equatable {
    /// The folder's.
    public let path: String
    /// Those of the files, without the folder's.
    public let names: [String]

    /// Files, and links to files, as a mounted configuration has them; a folder without any is refused.
    public init(_ path: String) throws(RestoreError) {
        let found: [[UInt8]]
        do throws(SystemError) { found = try FileDescriptor(folderAt: path).names() } catch {
            throw .usage(
                "the folder of scripts '\(path)' cannot be read: \(error.text)",
                hint: "name a folder with .sql files after -I.")
        }
        self.path = path
        names = found.map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.hasSuffix(".sql") && Self.isFile("\(path)/\($0)") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard !names.isEmpty else {
            throw .usage(
                "there is no .sql file in '\(path)'", hint: "name a folder with .sql files after -I.")
        }
    }

    private static func isFile(_ path: String) -> Bool {
        (try? FileStatus(following: path))?.kind == .file
    }
}
