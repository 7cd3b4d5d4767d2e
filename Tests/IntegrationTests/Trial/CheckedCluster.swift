// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Foundation
import PrivatePostgres
import RestoreKit
import TestKit

@testable import Restorer

/// A backup of a cluster with a shop in it, which is recovered and asked.
struct CheckedCluster {
    let backup: RestoredDirectory

    struct Answers: Sendable {
        var builtIn: [CheckResult]
        var user: UserChecks.Outcome
        var pages: CheckResult
    }

    /// Everything that is read in a way of its own, and what would run if it were read in another.
    static let objects = #"""
        CREATE TABLE orders (id int PRIMARY KEY, email text, updated_at timestamptz,
            twice int GENERATED ALWAYS AS (id * 2) STORED, filling text DEFAULT repeat('x', 3000));
        INSERT INTO orders SELECT n, 'alice@example.com', '2026-01-01 00:00:00+00' FROM generate_series(1, 1000) n;
        CREATE TABLE "a ""b; \q :name" ("c ""d" int);
        INSERT INTO "a ""b; \q :name" VALUES (1);
        CREATE MATERIALIZED VIEW sums AS SELECT count(*) FROM orders;
        CREATE MATERIALIZED VIEW empty AS SELECT 1 WITH NO DATA;
        CREATE VIEW view AS SELECT 1 / 0;
        CREATE TABLE parts (n int) PARTITION BY RANGE (n);
        CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
        CREATE TABLE nothing ();
        CREATE SEQUENCE numbers;
        CREATE FOREIGN DATA WRAPPER far;
        CREATE SERVER far FOREIGN DATA WRAPPER far;
        CREATE FOREIGN TABLE away (n int) SERVER far;
        CREATE FUNCTION trap() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'sprung'; END $$;
        CREATE TABLE guarded (n int);
        INSERT INTO guarded VALUES (1);
        ALTER TABLE guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY trapped ON guarded USING (trap());
        CREATE ROLE app;
        GRANT SELECT ON orders TO app;
        """#

    /// As PostgreSQL's own test has it (src/bin/pg_amcheck/t/005_opclass_damage.pl): the order changes below an index.
    static let brokenIndex = """

        CREATE FUNCTION up(int, int) RETURNS int LANGUAGE sql AS 'SELECT sign($1 - $2)::int';
        CREATE FUNCTION down(int, int) RETURNS int LANGUAGE sql AS 'SELECT sign($2 - $1)::int';
        CREATE OPERATOR CLASS fickle_ops FOR TYPE int USING btree AS
            OPERATOR 1 < (int, int), OPERATOR 2 <= (int, int), OPERATOR 3 = (int, int), OPERATOR 4 >= (int, int),
            OPERATOR 5 > (int, int), FUNCTION 1 up(int, int);
        CREATE TABLE fickle AS SELECT n FROM generate_series(1, 100) n;
        CREATE INDEX fickle_index ON fickle (n fickle_ops);
        UPDATE pg_amproc SET amproc = 'down'::regproc WHERE amproc = 'up'::regproc;
        """

    static func with<T: Sendable>(
        _ version: PostgresCluster.Version, initdb: [String] = [], more: String = "",
        last: String = "SELECT 1",
        _ body: @Sendable (PostgresCluster, CheckedCluster) async throws -> T
    ) async throws -> T {
        try await PostgresCluster.with(
            version, initdb: ["--wal-segsize=1"] + initdb, settings: ["max_prepared_transactions = 2"]
        ) { cluster in
            try await cluster.psql("CREATE DATABASE shop")
            try await cluster.psql(objects + more, database: "shop")
            try await cluster.psql(last, database: "shop")
            return try await body(cluster, CheckedCluster(backup: try await .take(of: cluster)))
        }
    }

    /// Recovers a copy and asks it; `change` damages the copy before.
    func ask(
        _ name: String, _ checks: String = "", builtIn: BuiltInChecks = BuiltInChecks(),
        previous: Double? = nil, change: (RestoredDirectory) throws -> Void = { _ in }
    ) async throws -> Answers {
        let copy = try await backup.copy(name)
        try change(copy)
        let file =
            checks.isEmpty
            ? CheckFile(checks: []) : try CheckFile.parse(Array(checks.utf8), name: "checks.yaml")
        return try await onPlainThread {
            let user = UserChecks(file, moment: Timestamp(seconds: 1_767_226_200)) { _ in previous }
            let (_, answers) = try copy.server(.endOfBackup).recover(
                cancellation: Cancellation(), failingAs: { RestoreError($0) }, onProgress: { _ in }
            ) { (connection) throws(RestoreError) in
                let session = try CheckSession(
                    connection, dataDirectory: copy.path, major: copy.cluster.version.rawValue,
                    cancellation: Cancellation())
                return (try builtIn.run(on: session), try user.run(on: session))
            }
            try copy.expectNothingLeft()
            return Answers(builtIn: answers.0, user: answers.1, pages: try Self.pages(of: copy))
        }
    }

    private static func pages(of copy: RestoredDirectory) throws -> CheckResult {
        let control = try ControlFile.parse(copy.bytes(of: "global/pg_control"))
        return try StoppedPages(
            dataDirectory: copy.path, tablespaces: [:], hasChecksums: control.hasPageChecksums,
            host: ThisMachine(copy.binaries, copy.launcher), scratch: copy.scratch,
            cancellation: Cancellation()
        ).check()
    }
}

extension RestoredDirectory {
    /// Writes over the bytes of a file from a place on.
    func overwrite(_ name: String, at offset: UInt64, _ bytes: [UInt8]) throws {
        let file = try FileHandle(forUpdating: URL(filePath: "\(path)/\(name)"))
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(bytes))
    }
}
