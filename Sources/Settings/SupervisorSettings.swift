// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a supervisor such as systemd tells the service that it has started (sd_notify(3), sd_watchdog_enabled(3)).
public struct SupervisorSettings: Sendable, Equatable {
    /// Where it wants to hear; nil where nobody listens.
    public let notifySocket: String?
    /// In seconds: within which it wants to hear that the service lives; nil where it does not watch this process.
    public let watchdog: Double?

    /// Of this process.
    public static var current: SupervisorSettings {
        SupervisorSettings(
            ProcessInfo.processInfo.environment, process: ProcessInfo.processInfo.processIdentifier)
    }

    init(_ environment: [String: String], process: Int32) {
        let socket = environment["NOTIFY_SOCKET"]
        notifySocket = socket.flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { UInt64($0) }
        watchdog = isMeant ? microseconds.flatMap { $0 > 0 ? Double($0) / 1e6 : nil } : nil
    }
}
