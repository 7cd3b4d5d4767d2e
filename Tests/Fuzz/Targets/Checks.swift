// SPDX-License-Identifier: Apache-2.0
@testable import Restorer

/// Files of checks: read, or refused with words that a terminal can show; what is read can be explained.
@Sendable func fuzzChecks(_ bytes: [UInt8]) {
    do throws(CheckFileError) {
        for line in try CheckFile.parse(bytes, name: "checks.yaml").explanation { requireShowable(line) }
    } catch {
        requireShowable(error.message)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let statement = try? StatementText(text) else { return }
    precondition((try? StatementText(statement.text))?.text == statement.text, "another statement in the end")
}

private func requireShowable(_ text: String) {
    precondition(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "a control character")
}
