// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import ObjectStore
import TestKit
import Testing
import Verifier

@Suite struct `A part of a backup` {
    @Test func `is read alone, with what says what it must be`() throws {
        let world = try World(.tar())
        var options = VerificationOptions(level: .checksummed, chunkSize: 4096, toolVersion: "test")
        options.only = ["pg_wal.tar.gz"]
        let catalogue = try Catalogue.scan(world.store)
        let verification = Verification(
            of: world.store, ledger: ForgetfulLedger(), options: options, clock: .fixed(world.now))
        let report = try verification.run(
            catalogue.backups, among: catalogue.backups, location: world.store.url)
        #expect(report.object("pg_wal.tar.gz")?.verdict == .verified)
        #expect(report.object("base.tar.gz") == nil)
        let read = Set(world.store.requests.filter { !$0.range.isEmpty }.map(\.name.lastComponent))
        #expect(read.contains("pg_wal.tar.gz") && read.contains("backup.sha256"))
        #expect(!read.contains("base.tar.gz"))
    }
}
