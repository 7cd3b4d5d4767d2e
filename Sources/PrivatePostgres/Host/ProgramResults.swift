// SPDX-License-Identifier: Apache-2.0
import Files

/// A file without a name that takes what a program prints as results.
final class ProgramResults {
    let file: FileDescriptor

    init(_ file: consuming FileDescriptor) { self.file = file }
}
