// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// Holds a text to what the file of that name says; with RECORD_GOLDEN set, the file is written.
func expectGolden(_ name: String, _ text: String) throws {
    let path = "\(Testbed.repository)/Tests/ServiceTests/Golden/\(name)"
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text, "RECORD_GOLDEN=1 writes \(name) anew")
}
