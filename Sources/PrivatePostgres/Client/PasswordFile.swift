// SPDX-License-Identifier: Apache-2.0
import Diagnostics

/// The password of the scripts' user, where psql finds it and nobody else.
///
/// Neither the command line nor the environment of a process is secret; a file of mode 0600 is.
enum PasswordFile {
    static let name = "pg_backctl-pgpass"

    /// One line for every server, port, database and user (libpq's `.pgpass`).
    static func text(_ password: Secret) throws(PrivatePostgresError) -> String {
        guard password.revealed.utf8.allSatisfy({ $0 != 0 && $0 != 0x0A && $0 != 0x0D }) else {
            throw .usage(
                "the password for the scripts has a line break",
                hint: "libpq's password file cannot hold one.")
        }
        let escaped = password.revealed.flatMap { $0 == ":" || $0 == "\\" ? ["\\", $0] : [$0] }
        return "*:*:*:*:\(String(escaped))\n"
    }
}
