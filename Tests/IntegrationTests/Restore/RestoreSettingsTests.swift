// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("a restored server", .serialized)
struct RestoreSettingsTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(3)))
    func `has the settings and the access rules that were given, and those that scripts set`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("base", ["-Ft", "-z"])
            let settings = "work_mem = '7MB'\nmaintenance_work_mem = '70MB'"
            try world.directory.write(Array(settings.utf8), to: "auto.conf")
            try world.directory.write(Array("local all all trust\n# ours\n".utf8), to: "hba.conf")
            let sql = "ALTER SYSTEM SET maintenance_work_mem = '77MB';\nALTER SYSTEM SET jit = off;\n"
            try world.directory.write(Array(sql.utf8), to: "scripts/1.sql")
            var binary = world.binary
            binary.environment["POST_INIT_SCRIPT_USER"] = "postgres"
            binary.environment["POST_INIT_SCRIPT_DATABASE"] = "postgres"
            let files = ["-c", world.directory.path("auto.conf"), "--hba", world.directory.path("hba.conf")]
            let run = try await world.restore(
                files + ["-I", world.directory.path("scripts")], by: binary)
            #expect(run.status == 0, "\(run)")
            let kept = try String(contentsOfFile: "\(world.target)/postgresql.auto.conf", encoding: .utf8)
            #expect(kept == settings + "\nmaintenance_work_mem = '77MB'\njit = 'off'\n")
            let shown = try await world.restoredRows(
                "SELECT string_agg(setting, ',' ORDER BY name) FROM pg_settings WHERE name IN ('work_mem', 'maintenance_work_mem', 'jit')"
            )
            #expect(shown == "off,78848,7168")
            let rules = try await world.restoredRows("SELECT count(*) FROM pg_hba_file_rules")
            #expect(rules == "1")
            try world.removeRestored()
            try await Self.expectUnread(world)
        }
    }

    /// What would keep any server from starting is not read by ours, and is put in its place byte for byte.
    private static func expectUnread(_ world: RestoreWorld) async throws {
        let settings = Data("shared_preload_libraries = 'no_such_library'\narchive_mode = off".utf8)
        try world.directory.write(Array(settings), to: "odd.conf")
        let run = try await world.restore("-c", world.directory.path("odd.conf"))
        #expect(run.status == 0, "\(run)")
        #expect(FileManager.default.contents(atPath: "\(world.target)/postgresql.auto.conf") == settings)
        try world.removeRestored()
    }
}
