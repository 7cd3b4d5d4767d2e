// SPDX-License-Identifier: Apache-2.0

/// `postgresql.auto.conf` of a data directory, out of the way while the private server runs.
///
/// PostgreSQL reads it whatever other file of settings it is told. It is kept beside under another name, so
/// that it comes back even when this process is killed: whoever looks next puts it back.
package enum KeptSettings {
    static let file = "postgresql.auto.conf"
    package static let kept = "postgresql.auto.conf.pg_backctl-kept"

    /// Moves the settings away; what an earlier run moved away is still the original.
    static func putAway(in folder: borrowing OwnedFolder) throws(PrivatePostgresError) {
        if try folder.holds(kept) {
            try folder.remove(file)
        } else if try folder.holds(file) {
            try folder.rename(file, to: kept)
        }
    }

    /// Puts the original back, byte for byte.
    ///
    /// Settings that a script made with ALTER SYSTEM meanwhile follow after it, if `keepingNew`.
    static func putBack(in folder: borrowing OwnedFolder, keepingNew: Bool) throws(PrivatePostgresError) {
        guard try folder.holds(kept) else { return }
        let new = keepingNew ? settings(in: try folder.read(file) ?? []) : []
        guard !new.isEmpty else { return try folder.rename(kept, to: file) }
        guard let original = try folder.read(kept) else {
            throw .failed(
                "putting back '\(file)'", reason: "'\(kept)' went away meanwhile",
                hint: "look at the file system; then run the same command again.")
        }
        let gap: [UInt8] = original.isEmpty || original.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
        try folder.write(original + gap + new, to: file)
        try folder.remove(kept)
    }

    /// The lines that are no comments.
    static func settings(in bytes: [UInt8]) -> [UInt8] {
        bytes.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }
            .flatMap { $0 + [UInt8(ascii: "\n")] }
    }
}
