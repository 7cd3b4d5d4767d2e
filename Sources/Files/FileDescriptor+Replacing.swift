// SPDX-License-Identifier: Apache-2.0
import Glibc

extension FileDescriptor {
    /// What a file is called until it is whole.
    public static func draft(of name: String) -> String { name + ".new" }

    /// Puts a file of these bytes below this directory, in the place of one of its name.
    ///
    /// Whoever looks finds the old one or the new one, whole. When this returns, the new one survives a power failure. What a
    /// kill leaves of it has the name `draft(of:)`. Others may do with it what `mode` lets them.
    public func replaceFile(
        _ name: String, with bytes: [UInt8], mode: UInt32 = 0o600
    ) throws(SystemError) {
        let draft = Self.draft(of: name)
        try remove(draft.utf8)
        do throws(SystemError) {
            let file = try FileDescriptor(creating: draft.utf8, in: self)
            try file.setMode(mode)
            try file.write(bytes)
            try file.sync()
            try rename(draft.utf8, to: name.utf8, in: self)
        } catch {
            // On a full disk it would only take up room.
            try? remove(draft.utf8)
            throw error
        }
        try sync()
    }
}
