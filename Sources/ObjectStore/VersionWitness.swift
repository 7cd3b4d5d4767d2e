// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The first reply's ETag, which every later reply of the same reading must repeat.
///
/// A listing may come without ETags; then nothing but this tells two versions of an object apart when a
/// reading goes on after it broke.
public final class VersionWitness: Sendable, Equatable {
    private let first = Mutex<String?>(nil)

    /// Has seen no reply yet.
    public init() {}

    /// Remembers the first ETag, or compares with it; says which one was expected when they differ.
    func expectation(contradictedBy etag: String) -> String? {
        first.withLock { first in
            guard let expected = first else {
                first = etag
                return nil
            }
            return expected == etag ? nil : expected
        }
    }

    /// Whether both are the same witness, whatever it has seen.
    public static func == (left: VersionWitness, right: VersionWitness) -> Bool { left === right }
}
