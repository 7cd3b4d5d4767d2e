// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// What the settings of a backup would do on the machine that it is restored to.
@Suite("the first start of a copy", .serialized)
struct CopyStartTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `is not led to the directory of the origin, and what leads out is told`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            let origin = world.cluster.dataDirectory
            try await Program("sh")([
                "-c",
                "printf \"include_if_exists '/nowhere/more.conf'\\ndata_directory = '\(origin)'\\n\" >> \(origin)/postgresql.conf",
            ])
            try await world.backUp("base", ["-Ft"])
            let run = try await world.restore()
            #expect(run.status == 0, "\(run)")
            #expect(run.output.contains("taken out: postgresql.conf line"), "\(run)")
            #expect(run.output.contains("data_directory was '\(origin)'"), "\(run)")
            #expect(run.output.contains("first start: postgresql.conf line"), "\(run)")
            #expect(run.output.contains("includes '/nowhere/more.conf'"), "\(run)")
            #expect(try await world.restoredRows("SHOW data_directory") == world.target)
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `is told of when the configuration is not in the backup`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("base", ["-Fp"], hasSums: false)
            for name in ["postgresql.conf", "backup_manifest"] {
                try FileManager.default.removeItem(atPath: "\(world.store)/base/\(name)")
            }
            try await writeSumFile(in: "\(world.store)/base")
            let run = try await world.restore()
            #expect(run.status == 0, "\(run)")
            #expect(run.output.contains("the backup has no postgresql.conf"), "\(run)")
            #expect(run.output.contains("made: postgresql.conf"), "\(run)")
            #expect(try await world.restoredRows("SELECT count(*) FROM t") == "5000")
        }
    }
}
