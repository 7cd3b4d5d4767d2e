// SPDX-License-Identifier: Apache-2.0
import YAML

@testable import Reports

/// Files of frameworks: read, or refused with words that a terminal can show.
@Sendable func fuzzFrameworks(_ bytes: [UInt8]) {
    do throws(YAMLFault) {
        for framework in try Framework.read(bytes) {
            precondition(!framework.controls.isEmpty, "a framework without controls")
            for control in framework.controls {
                requireShowable(control.asks + control.title + control.number)
            }
        }
    } catch { requireShowable(error.reason + error.hint) }
}

private func requireShowable(_ text: String) {
    precondition(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "a control character")
}
