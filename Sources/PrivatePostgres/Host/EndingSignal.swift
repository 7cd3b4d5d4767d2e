// SPDX-License-Identifier: Apache-2.0

/// A signal that asks a program to end, and how long that may take.
public struct EndingSignal: Sendable {
    /// The signal's.
    public var number: Int32
    /// How long a program may take to end by it.
    public var patience: Duration

    /// A signal, and how long it is waited for before the next one.
    public init(_ number: Int32, within patience: Duration) {
        (self.number, self.patience) = (number, patience)
    }
}
