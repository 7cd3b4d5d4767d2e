// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The files of this package, wherever it lies.
enum Project {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What a file says, named from the package's root on.
    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// The names below a folder, from that folder on and in order, which end in one of some ways.
    static func names(below folder: String, endingIn endings: [String]) -> [String] {
        let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
        return (names?.compactMap { $0 as? String } ?? [])
            .filter { name in endings.contains(where: name.hasSuffix) }.sorted()
    }

    /// The modules of ours, those in C too: one folder each below `Sources`.
    static func modules() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path).sorted()
    }
}
