// SPDX-License-Identifier: Apache-2.0
import ObjectStore

/// A file of WAL as the archive holds it.
struct StoredWAL: Equatable {
    var object: StoredObject
    /// Of the unpacked bytes, in hex, where the name holds it.
    var sha1: String?
}
