// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A text that people or programs read, kept in `Golden/NAME.txt`.
///
/// `RECORD_GOLDEN=1 swift test --filter CommandLineTests` writes what the program prints now; look at the
/// difference before you commit it.
func expectGolden(
    _ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    let file = folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
    let golden = (try? String(contentsOf: file, encoding: .utf8)) ?? "(no such file)"
    #expect(
        text == golden, "differs from Golden/\(name).txt; RECORD_GOLDEN=1 writes it anew",
        sourceLocation: sourceLocation)
}
