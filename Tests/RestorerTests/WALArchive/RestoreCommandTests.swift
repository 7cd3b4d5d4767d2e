// SPDX-License-Identifier: Apache-2.0
import Restorer
import TestKit
import Testing

@Suite("the line for restore_command")
struct RestoreCommandTests {
    @Test func `is quoted for the shell and for PostgreSQL`() {
        let plain = RestoreCommand(executable: "/usr/bin/pg_backctl", socket: "/run/x/wal.socket")
        #expect(
            plain.description
                == "'/usr/bin/pg_backctl' 'wal-get' '--socket' '/run/x/wal.socket' \"%f\" \"%p\"")
        let odd = RestoreCommand(executable: "/a", location: "s3://b/100%'x", options: ["--region", "eu"])
        #expect(
            odd.description == "'/a' 'wal-get' '--region' 'eu' 's3://b/100%%'\\''x' \"%f\" \"%p\"")
        #expect(odd.setting.hasPrefix("'''/a'' ''wal-get''") && odd.setting.contains("'\\\\'"))
    }

    @Test(arguments: ["a b", "it's", "$(touch x)", "`x`", "\"", "\\", ";&|", "ä", "new\nline"])
    func `gives a shell the words back`(word: String) async throws {
        let command = RestoreCommand(executable: "printf", location: word)
        let line = command.description.replacing("'wal-get'", with: "'%s'").replacing("%f", with: "")
        let output = try await Program("sh")(["-c", line.replacing("%p", with: "")])
        #expect(output == word)
    }
}
