// SPDX-License-Identifier: Apache-2.0
import Foundation

extension Binary {
    /// Asks the history file by SQL, past the program; a line per row, columns separated by `|`.
    public func query(_ sql: String) async throws -> [String] {
        let script = """
            import sqlite3, sys
            for row in sqlite3.connect(sys.argv[1], timeout=10).execute(sys.argv[2]):
                print("|".join(str(column) for column in row))
            """
        let output = try await Program("python3")(["-c", script, history, sql])
        return output.split(separator: "\n").map(String.init)
    }

    /// Writes into the history file by SQL statements, past the program.
    public func change(_ statements: String) async throws {
        let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
        try await Program("python3")(["-c", script, history, statements])
    }

    /// Waits until the query gives a row, for at most ten minutes: tests that compute may hold the threads for long.
    public func waitUntil(_ sql: String) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(600))
        while true {
            // There is no file, or no table in it, until the program has made them.
            let rows = FileManager.default.fileExists(atPath: history) ? try? await query(sql) : nil
            if rows?.isEmpty == false { return }
            guard clock.now < deadline else {
                throw ProgramFailed(command: sql, status: "gives no row after ten minutes", output: "")
            }
            try await clock.sleep(for: .milliseconds(20))
        }
    }

    /// Waits until the program that runs now has taken a backup for itself.
    public func waitUntilBusy() async throws { try await waitUntil("SELECT 1 FROM lock") }
}
