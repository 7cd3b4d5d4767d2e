// SPDX-License-Identifier: Apache-2.0

/// A signal that asks a program to end, and how long that may take.
public struct EndingSignal: Sendable {
    public var number: Int32
    public var patience: Duration

    public init(_ number: Int32, within patience: Duration) {
        (self.number, self.patience) = (number, patience)
    }
}
