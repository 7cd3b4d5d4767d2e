// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Reports

@Suite struct `A framework` {
    @Test func `that comes with the program names its source, and what it leaves out`() throws {
        let all = try FrameworkCatalogue().frameworks
        #expect(
            all.map(\.id) == [
                "soc2", "iso27001", "nist-800-53", "nist-csf", "hipaa", "dora", "nis2", "cis", "gdpr",
                "pci-dss",
            ])
        for framework in all {
            #expect(!framework.source.isEmpty && !framework.version.isEmpty)
            #expect(Set(framework.controls.map(\.number)).count == framework.controls.count)
            #expect(framework.controls.allSatisfy { !$0.evidence.isEmpty && !$0.leavesOut.isEmpty })
        }
    }

    @Test func `of a team is added, and takes the place of one with its name`() throws {
        let own = """
            - id: soc2
              title: Ours
              version: "1"
              source: intranet
              controls:
                - {number: "1", title: T, asks: A, evidence: [integrity], leaves-out: L}
            """
        let catalogue = try FrameworkCatalogue(adding: [("own.yaml", Array(own.utf8))])
        #expect(try catalogue.chosen(["soc2"]).map(\.title) == ["Ours"])
        #expect(catalogue.frameworks.map(\.file) == Array(repeating: nil, count: 9) + ["own.yaml"])
        #expect(catalogue.frameworks.count == 10)
    }

    static let wrong: [(String, String)] = [
        ("", "it is empty"), ("id: soc2", "a list of frameworks"),
        ("- id: 'A B'\n  controls: []", "small letters"),
        ("- id: a\n  title: t\n  version: v\n  source: s\n  controls: []", "a list of controls"),
        ("- id: a\n  tittle: t", "no key 'tittle'"),
        (
            "- id: a\n  title: t\n  version: v\n  source: s\n  controls: [{number: 1, title: t, asks: a, evidence: [magic], leaves-out: l}]",
            "no kind of evidence"
        ),
    ]

    @Test(arguments: wrong) func `that is wrong is told with its file`(text: String, reason: String) {
        let error = #expect(throws: FrameworkError.self) {
            try FrameworkCatalogue(adding: [("own.yaml", Array(text.utf8))])
        }
        #expect(
            error?.message.contains(reason) == true && error?.message.hasPrefix("own.yaml") == true,
            "\(String(describing: error))")
    }

    @Test func `that is not there is told with those that are`() throws {
        let error = #expect(throws: FrameworkError.self) { try FrameworkCatalogue().chosen(["sox"]) }
        #expect(error?.hints.first?.contains("soc2, iso27001") == true)
    }
}
