// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Testing

@Suite struct `Asking for a backup by its label` {
    private let catalogue = arrange([
        "db1/20251027T143000/base.tar", "db1/20251028T143000/base.tar", "db2/20251028T143000/base.tar",
        "\u{1B}x/base.tar", "a\u{308}/base.tar", "weekly/base.tar",
    ])

    @Test(arguments: [
        ("db1/20251027T143000", "db1/20251027T143000"), ("20251027T143000", "db1/20251027T143000"),
        ("db1/20251027T143000/", "db1/20251027T143000"), ("db2/20251028T143000", "db2/20251028T143000"),
        ("\u{1B}x", "\\x1Bx"), ("\\x1Bx", "\\x1Bx"), ("weekly", "weekly"),
    ])
    func `finds it by its whole path or its last part`(asked: String, label: String) throws {
        #expect(try catalogue.backup(labelled: asked).label == label)
    }

    @Test func `finds the root by its label`() throws {
        #expect(try arrange(["base.tar"]).backup(labelled: "root").folder == "")
    }

    @Test(arguments: ["", "/", "db1", "Weekly", "\u{E4}", "143000", "db1/", "b1/20251027T143000"])
    func `finds none by anything else`(asked: String) {
        let error = #expect(throws: CatalogueError.self) { try catalogue.backup(labelled: asked) }
        #expect(error?.exitStatus == .nothingThere)
    }

    @Test func `does not guess between two`() {
        let error = CatalogueError.ambiguous(
            "20251028T143000", candidates: ["db1/20251028T143000", "db2/20251028T143000"])
        #expect(throws: error) { try catalogue.backup(labelled: "20251028T143000") }
        #expect(error.exitStatus == .nothingThere)
        #expect(error.hints == ["give the whole label: 'db1/20251028T143000', 'db2/20251028T143000'."])
    }

    @Test(
        arguments: [
            ("weekyl", ["weekly"]), ("WEEKLY", ["weekly"]), ("20251027T143001", ["db1/20251027T143000"]),
            ("20251027", ["db1/20251027T143000"]), ("something else", []),
        ] as [(String, [String])])
    func `says what was perhaps meant`(asked: String, near: [String]) {
        do {
            let backup = try catalogue.backup(labelled: asked)
            Issue.record("found \(backup.label)")
        } catch .noSuchBackup(_, let found) {
            #expect(near.isEmpty ? found.isEmpty : found.first == near.first)
        } catch {
            Issue.record("another error: \(error)")
        }
    }

    @Test func `takes a label of any length`() {
        #expect(throws: CatalogueError.self) {
            try catalogue.backup(labelled: String(repeating: "x", count: 1_000_000))
        }
    }
}
