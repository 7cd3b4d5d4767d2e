// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@Suite struct `A baseline that a stranger has told` {
    private func relation(_ name: ObjectName, identifier: UInt32 = 16_400, tablespace: UInt32 = 1663)
        -> KnownRelation
    {
        KnownRelation(
            .init(
                database: 5, identifier: identifier, schema: "public", name: name, kind: .table,
                tablespace: tablespace, fileNode: 1), bytes: nil)
    }

    @Test func `holds only what a catalogue can`() {
        let long = ObjectName(String(repeating: "x", count: 129))
        let told = Baseline(
            databases: [0: "zero", 5: "shop", 6: "", 7: long],
            relations: [
                relation("orders"), relation("", identifier: 1), relation(long),
                relation("none", identifier: 0), relation("nowhere", tablespace: 0),
            ], found: 5, end: ClusterPosition(timeline: 1, position: 1), moment: Timestamp(seconds: 1))
        let kept = told.credible
        #expect(kept.relations == [relation("orders")] && kept.databases == [5: "shop"])
        #expect(kept.found == 5)
        #expect(kept.credible == kept)
    }
}

@Suite struct `Phases of one name` {
    @Test func `become one, where the first of them stood`() {
        let phases = [
            RestorePhase(.stream, seconds: 1, bytes: 10), RestorePhase(.recover, seconds: 2),
            RestorePhase(.stream, seconds: 3, bytes: .max), RestorePhase(.recover, seconds: 4, bytes: 5),
        ]
        #expect(
            phases.folded == [
                RestorePhase(.stream, seconds: 4, bytes: .max), RestorePhase(.recover, seconds: 6, bytes: 5),
            ])
        #expect([RestorePhase]().folded.isEmpty)
    }
}
