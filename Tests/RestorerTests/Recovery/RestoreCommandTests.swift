// SPDX-License-Identifier: Apache-2.0
import PrivatePostgres
import Restorer
import TestKit
import Testing

@Suite("the line for restore_command")
struct RestoreCommandTests {
    @Test func `is quoted for the shell and for PostgreSQL`() {
        let plain = RestoreCommand(executable: "/usr/bin/pg_backctl", socket: "/run/x/wal.socket")
        #expect(
            plain.text
                == "'/usr/bin/pg_backctl' 'wal-get' '--socket' '/run/x/wal.socket' \"%f\" \"%p\"")
        let odd = RestoreCommand(executable: "/a", location: "s3://b/100%'x", options: ["--region", "eu"])
        #expect(
            odd.text == "'/a' 'wal-get' '--region' 'eu' 's3://b/100%%'\\''x' \"%f\" \"%p\"")
    }

    @Test(arguments: ["a b", "it's", "$(touch x)", "`x`", "\"", "\\", ";&|", "ä", "new\nline"])
    func `gives a shell the words back`(word: String) async throws {
        let command = RestoreCommand(executable: "printf", location: word)
        let line = command.text.replacing("'wal-get'", with: "'%s'").replacing("%f", with: "")
        let output = try await Program("sh")(["-c", line.replacing("%p", with: "")])
        #expect(output == word)
    }
}
