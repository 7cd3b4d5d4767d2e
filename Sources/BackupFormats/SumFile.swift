// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// A list of SHA-256 digests as GNU `sha256sum` writes it: what each object of a backup should hold.
///
/// `sha256sum --check` skips lines that it cannot read, so one flipped bit can leave an object without
/// protection and the check green. Here every line must be well-formed, or the whole file is refused.
public struct SumFile: Sendable, Equatable {
    /// The name under which a backup keeps its sum file.
    public static let name: ObjectName = "backup.sha256"

    /// A line: a digest and the object that should have it.
    public struct Entry: Sendable, Equatable {
        /// 64 lower-case hex digits.
        public let digest: String
        /// Relative to the folder of the sum file, without a leading `./`; unescaped.
        public let name: ObjectName
        /// Whether the line has the binary mark `*`; it means nothing on POSIX systems.
        public let isBinary: Bool
        /// Counted from 1.
        public let line: Int

        /// Nothing is checked: `digest` is 64 lower-case hex digits, `name` unescaped and without a leading `./`.
        public init(digest: String, name: ObjectName, isBinary: Bool = false, line: Int) {
            (self.digest, self.name, self.isBinary, self.line) = (digest, name, isBinary, line)
        }
    }

    /// In the order of the lines; at least one, no name twice.
    public let entries: [Entry]

    /// `entries` are at least one and name nothing twice: `parse` sees to that, this does not.
    public init(entries: [Entry]) { self.entries = entries }

    /// The digest that each name should have.
    public var digests: [ObjectName: String] {
        Dictionary(entries.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
    }
}
