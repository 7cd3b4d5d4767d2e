// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

extension RestoreLine.State {
    /// How something that is begun and ended in the history came out; `success` is what status 0 is called.
    func words(exitStatus: Int32?, success: String) -> String {
        switch (self, exitStatus) {
        case (_, 0): success
        case (_, ExitStatus.interrupted.rawValue), (_, ExitStatus.terminated.rawValue): "interrupted"
        case (_, let status?): "failed (exit \(status))"
        case (.running, nil): "under way"
        case (.interrupted, nil): "killed"
        case (.unknown, nil), (.ended, nil): "killed or under way"
        }
    }
}

/// The text without what could steer a terminal: targets are typed, reasons may quote a server.
func shown(_ text: String) -> String { ObjectName(text).description }
