// SPDX-License-Identifier: Apache-2.0
import Files

/// A directory that stays open.
final class OpenFolder: Sendable {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}
