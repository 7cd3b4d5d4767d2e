// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Restorer

@Suite struct `The group of the owner` {
    @Test(arguments: [
        "base/5/1259", "global/pg_control", "pg_wal/1", "PG_VERSION", "postgresql.conf", "pg_hba.conf",
    ])
    func `may read what is PostgreSQL's`(path: String) {
        #expect(GroupAccess.isLetIn(to: ObjectName(path)))
    }

    @Test(arguments: ["server.key", "certs/server.pem", ".pgpass", "base", "password", "pgsodium_root.key"])
    func `may not read what else is there`(path: String) {
        #expect(!GroupAccess.isLetIn(to: ObjectName(path)))
    }
}
