// SPDX-License-Identifier: Apache-2.0

/// A program that a host has started.
///
/// Used by one thread at a time.
public protocol RunningProgram: AnyObject {
    /// The number of its process, or of one that waits for it; nil when it could not be started.
    var identifier: Int32? { get }

    /// That of its processes which has this number for itself, as the files that it writes have it, by its number here: a namespace
    /// of processes has numbers of its own. Nil when none has.
    func process(callingItself number: Int32) -> Int32?

    /// Nil while it runs.
    var ending: ProgramEnding? { get }

    /// What shows from outside that it, or a process that it started, is at work; nil when it has ended.
    var signs: LifeSigns? { get }

    /// How many bytes it has said so far.
    var heard: UInt64 { get }

    /// How many bytes of results there are; 0 for a program without.
    var resultSize: UInt64 { get }

    /// Waits for its end, calling `meanwhile` several times a second; nil when that asked to wait no longer.
    func wait(asLongAs meanwhile: () -> Bool) -> ProgramEnding?

    /// Sends a signal to the program alone, and never to a later one with its number.
    func signal(_ number: Int32)

    /// What ends it at once with all that it has started; may be called by any thread, at any time.
    var emergencyEnd: @Sendable () -> Void { get }

    /// Hands over the lines that it has said since the last time; the last one when it is complete.
    func hear(_ body: (String) -> Void)

    /// Hands over all that is left once it has ended; the last line may have no end.
    func hearRest(_ body: (String) -> Void)

    /// What it has printed as results, for a program that keeps them apart; nil when that is more than `limit` bytes.
    func results(limit: Int) -> [UInt8]?

    /// Ends it: by the signals, as long as each may take, and then for good.
    ///
    /// When this returns, the program is gone with every process that it had started, and with every server's in
    /// `directory`.
    func end(_ signals: [EndingSignal], in directory: String?)
}
