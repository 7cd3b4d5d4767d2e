// SPDX-License-Identifier: Apache-2.0
@testable import Settings

/// The configuration: read, or refused with words that a terminal can show; the same twice over.
@Sendable func fuzzConfiguration(_ bytes: [UInt8]) {
    let reading = ConfigurationReading(bytes, file: "pg_backctl.yaml")
    for fault in reading.faults {
        for text in [fault.words, fault.hint] {
            precondition(
                !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "a control character")
        }
    }
    let again = ConfigurationReading(bytes, file: "pg_backctl.yaml")
    precondition(
        again.configuration == reading.configuration && again.faults == reading.faults, "read in two ways")
}
