// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Logging

/// How log lines look.
enum LogFormat: String, Sendable, CaseIterable {
    case text, json
}

/// Writes log messages to stderr, one line each.
struct LogLines: LogHandler {
    private let terminal: Terminal
    private let format: LogFormat
    private let clock: WallClock
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    init(_ terminal: Terminal, format: LogFormat, level: Logger.Level, clock: WallClock) {
        (self.terminal, self.format, self.clock, logLevel) = (terminal, format, clock, level)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
        switch format {
        case .text: terminal.warn(text(event, fields))
        case .json: terminal.warn(json(event, fields))
        }
    }

    private func text(_ event: LogEvent, _ fields: Logger.Metadata) -> String {
        let details = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return "\(event.level.rawValue): \(event.message)\(details)"
    }

    private func json(_ event: LogEvent, _ fields: Logger.Metadata) -> String {
        var members = fields.mapValues { "\($0)" }
        members["time"] = clock.now.description
        members["level"] = event.level.rawValue
        members["message"] = event.message.description
        return (try? JSONDocument.line(members)) ?? #"{"level":"error","message":"log line lost"}"#
    }
}
