// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct `A document for those who change this program` {
    static let documents = ["ARCHITECTURE.md", "CONTRIBUTING.md"]

    @Test(arguments: documents) func `names no file or folder that is not there`(_ document: String) throws {
        let places = try DocumentNames(Project.text(of: document)).places
        let absent = places.filter { place in
            !["", "Sources/"].contains { above in
                ["", ".swift"].contains { Project.exists(above + place + $0) }
            }
        }
        #expect(absent.sorted() == [])
    }

    @Test(arguments: documents) func `names no type or member that is not there`(_ document: String) throws {
        let names = try DocumentNames(Project.text(of: document))
        let files = try SourceFile.all.get()
        let words = Set(files.lazy.flatMap { $0.code.split { !$0.isLetter && !$0.isNumber && $0 != "_" } })
        let declared = try Set(files.flatMap { try $0.declaredTypes }).union(LayerTable.names)
        #expect(names.types.subtracting(declared).sorted() == [])
        #expect(names.members.filter { !words.contains(Substring($0)) }.sorted() == [])
    }

    @Test func `is read for its names`() {
        let names = DocumentNames(
            """
            Of `WholePass.receive(bytes)` and ObjectStore/S3; `scripts/test`, `PG_VERSION`, `listed`, `s3://bucket`,
            `readSideBySide` of PostgreSQL, `Tests/Fuzz`, `wal-get`, `--jobs`, `Tests/…`.
            ```text
            ChunkLane.takeBoth(a, b) ──▶ SHA256  one MiB of History/Tables and readWhole, RecoveryGoal+Parsing
            ```
            ```sh
            swift build --target NoSuchThing
            ```
            """)
        #expect(names.places == ["scripts/test", "Tests/Fuzz", "History/Tables"])
        #expect(names.types == ["WholePass", "ChunkLane", "RecoveryGoal"])
        #expect(names.members == ["receive", "readSideBySide", "takeBoth"])
    }
}
