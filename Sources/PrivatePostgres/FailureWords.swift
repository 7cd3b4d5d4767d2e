// SPDX-License-Identifier: Apache-2.0

/// The words for failures that a private server and a restore have in common.
public enum FailureWords {
    /// Somebody asked the process to stop.
    public static let interrupted = "interrupted"
    /// What to do after an interruption.
    public static let goOn = "the same command goes on where this one stopped; --restart starts over."
    /// What to do where room is short.
    public static let makeRoom = "free some, or restore to a larger file system."

    /// Something has to be told and was not: `argument` names it.
    public static func missing(_ argument: String) -> String { "missing argument: \(argument)" }

    /// Nothing is written to `path`; `reason` stands behind a colon and has no full stop.
    public static func unsafe(_ path: String, _ reason: String) -> String {
        "'\(path)' cannot be restored to: \(reason)"
    }

    /// Room in bytes or inodes, as the words say.
    public static func noRoom(_ path: String, needed: String, available: String) -> String {
        "not enough room in '\(path)': \(needed) needed, \(available) available"
    }

    /// `step` is what was being done, such as `writing 'global/pg_control'`; `reason` has no full stop.
    public static func failed(_ step: String, _ reason: String) -> String { "\(step) failed: \(reason)" }
}
