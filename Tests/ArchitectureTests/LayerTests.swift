// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct `The table of layers` {
    @Test func `has a row for each module in Swift, and an owner for each in C`() throws {
        let table = try LayerTable.ours.get()
        let named = Set(table.rows.map(\.module)).union(table.rows.flatMap(\.others))
        let modules = try Set(Project.modules())
        #expect(modules.subtracting(named) == [])
        #expect(Set(table.rows.map(\.module)).subtracting(modules) == [], "rows without a module")
        #expect(table.rows.count == Set(table.rows.map(\.module)).count, "two rows for one module")
    }

    @Test func `goes downwards, so that there are no circles`() throws {
        let rows = try LayerTable.ours.get().rows
        for (number, row) in rows.enumerated() {
            let below = Set(rows[(number + 1)...].map(\.module))
            #expect(row.below.filter { !below.contains($0) } == [], "\(row.module)")
        }
    }

    @Test func `is what Package.swift says`() throws {
        let manifest = try PackageManifest(Project.text(of: "Package.swift"))
        let rows = try LayerTable.ours.get().rows
        for row in rows {
            // Foundation comes with the compiler, and SystemPackage with Subprocess.
            let allowed = row.imports.intersection(manifest.names)
            #expect(manifest.dependencies[row.module] == allowed, "\(row.module)")
        }
    }

    @Test func `allows nothing that is not made use of`() throws {
        let files = try SourceFile.all.get().filter(\.isSource)
        let imports = Dictionary(grouping: files, by: \.module).mapValues { Set($0.flatMap(\.imports)) }
        for row in try LayerTable.ours.get().rows {
            #expect(row.imports.subtracting(imports[row.module] ?? []) == [], "\(row.module)")
        }
    }

    @Test func `has a question for each module`() throws {
        let document = try Project.text(of: "ARCHITECTURE.md")
        let opening = "| module | the question it answers |\n|---|---|\n"
        let heading = try #require(document.firstRange(of: opening))
        let asked = document[heading.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("|") }.compactMap {
                $0.split(separator: " ").dropFirst().first.map(String.init)
            }
        let rows = try LayerTable.ours.get().rows
        #expect(Set(asked) == Set(rows.map(\.module)))
    }

    @Test func `is read line by line`() throws {
        let table = try LayerTable(
            document: """
                # Words
                ```text
                A    → B C | libc (CC), D
                B, C → nothing of ours
                every module → nothing of ours | Glibc, Musl
                ```
                A → X
                """)
        #expect(
            table.rows == [
                .init(module: "A", below: ["B", "C"], others: ["CC", "D"]),
                .init(module: "B", below: [], others: []), .init(module: "C", below: [], others: []),
            ])
        #expect(table.everyones == ["Glibc", "Musl"])
    }

    @Test(arguments: [
        "", "```text\nA → B", "```text\nA B\n```", "```text\nA → B → C\n```", "```text\nA → B | C | D\n```",
    ])
    func `is refused when it cannot be read`(_ document: String) {
        #expect(throws: LayerTable.Unreadable.self) { try LayerTable(document: document) }
    }
}

@Suite struct `Package.swift` {
    @Test func `is read as text`() throws {
        let manifest = try PackageManifest(
            """
            let curl = Target.Dependency.product(name: "Curl", package: "swift-curl")
            .target(name: "CLib", cSettings: x),
            module("A"),
            module(
                "B", ["A", "CLib",
                  curl], settings: marked),
            .executableTarget(
                name: "main", dependencies: ["B"], swiftSettings: strict),
            """)
        #expect(manifest.dependencies == ["A": [], "B": ["A", "CLib", "Curl"], "main": ["B"]])
        #expect(manifest.names == ["A", "B", "CLib", "Curl"])
    }
}

@Suite struct `A folder of sources` {
    static let mostFiles = 40

    @Test func `is not a drawer`() throws {
        let folders = try Dictionary(grouping: SourceFile.all.get().filter(\.isSource), by: \.folder)
        #expect(folders.filter { $0.value.count > Self.mostFiles }.keys.sorted() == [])
    }
}
