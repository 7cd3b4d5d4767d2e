// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct `The source of this package` {
    @Test(arguments: Rule.all) func `keeps to the rule`(_ rule: Rule) throws {
        let files = try SourceFile.all.get()
        #expect(
            files.contains { $0.path == "Sources/AuditModel/Timestamp.swift" },
            "the source is not where it was")
        #expect(files.flatMap(rule.violations) == [])
    }
}

@Suite struct `The rules` {
    /// A file, a line in it, and the rule that it breaks, if it breaks one.
    static let samples: [(path: String, line: String, broken: String?)] = [
        ("Sources/Verifier/A.swift", "import History", "modules import only"),
        ("Sources/Verifier/A.swift", "import ObjectStore", nil),
        ("Sources/Verifier/A.swift", "import Restorer", "modules import only"),
        ("Sources/Restorer/A.swift", "public import Verifier", "modules import only"),
        ("Sources/Reports/A.swift", "import History", "modules import only"),
        ("Sources/History/A.swift", "import GRDB", nil),
        ("Sources/Commands/A.swift", "import GRDB", "modules import only"),
        ("Sources/Commands/A.swift", "import ArgumentParser", nil),
        ("Sources/Settings/A.swift", "@preconcurrency import ArgumentParser", "modules import only"),
        ("Sources/HTTP/A.swift", "import CCurl", nil),
        ("Sources/ObjectStore/A.swift", "@_implementationOnly import CCurl", "modules import only"),
        ("Sources/ObjectStore/A.swift", "import struct Foundation.Date", "modules import only"),
        ("Sources/ObjectStore/A.swift", "public import AuditModel", nil),
        ("Sources/ObjectStore/A.swift", "fileprivate import func COpenSSL.EVP_Digest", "modules import only"),
        ("Sources/AuditModel/A.swift", "import Diagnostics", "modules import only"),
        ("Sources/Digests/A.swift", "import Unheard", "modules import only"),
        ("Sources/Digests/A.swift", "import CSHA; import HTTP", nil),
        ("Sources/Unheard/A.swift", "", "modules import only"),
        ("Sources/HTTP/A.swift", "import Commands", "modules import only"),
        ("Sources/pg_backctl/main.swift", "import Commands", nil),
        ("Sources/HTTP/A.swift", "public import CCurl", "no C module"),
        ("Sources/Commands/A.swift", "@_exported import HTTP", "no module is passed on"),
        ("Sources/Digests/A.swift", "print(1)", "only Commands prints"),
        ("Sources/Digests/A.swift", "page.print(1)", nil),
        ("Sources/Digests/A.swift", "// print(1)", nil),
        ("Sources/Digests/A.swift", "let a = \"print(1)\"", nil),
        ("Sources/Digests/A.swift", "let a = \"\\\"\"; print(1)", "only Commands prints"),
        ("Sources/Digests/A.swift", "/* a */ print(1)", "only Commands prints"),
        ("Sources/Commands/A.swift", "print(1)", nil),
        ("Sources/HTTP/A.swift", "FileHandle.standardOutput.write(x)", "only Commands prints"),
        ("Sources/HTTP/A.swift", "fputs(text, stderr)", "only Commands prints"),
        ("Sources/Commands/A.swift", "ProcessInfo.processInfo.environment", "only Settings looks"),
        ("Sources/HTTP/A.swift", "getenv(name)", "only Settings looks"),
        ("Sources/Settings/A.swift", "ProcessInfo.processInfo.environment", nil),
        ("Sources/HTTP/A.swift", "let environment = 1", nil),
        ("Sources/Commands/A.swift", "let now = Date()", "only Timestamp.swift"),
        ("Sources/Commands/A.swift", "let now = time(nil)", "only Timestamp.swift"),
        ("Sources/Commands/A.swift", "Self.time(status)", nil),
        (
            "Sources/AuditModel/Timestamp+Text.swift", "clock_gettime(CLOCK_REALTIME, &t)",
            "only Timestamp.swift"
        ),
        ("Sources/AuditModel/Timestamp.swift", "clock_gettime(CLOCK_REALTIME, &t)", nil),
        ("Sources/HTTP/A.swift", "clock_gettime(CLOCK_MONOTONIC, &t)", nil),
        ("Sources/Commands/A.swift", "import ObjectStore", "modules import only"),
        ("Sources/Commands/A.swift", "import Verifier", "modules import only"),
        ("Sources/Commands/A.swift", "try Catalogue.scan(store)", "commands leave the work"),
        ("Sources/Commands/A.swift", "let a = try WALArchive (store)", "commands leave the work"),
        ("Sources/Commands/A.swift", "execv(path, &words)", "commands leave the work"),
        ("Sources/Commands/A.swift", "try LeftRestore(of: path)", "commands leave the work"),
        ("Sources/Commands/A.swift", "throw WALArchiveError(error)", nil),
        ("Sources/Commands/A.swift", "try RestoreBackup(order, memory)", nil),
        ("Sources/Operations/A.swift", "try Catalogue.scan(store)", nil),
        ("Sources/ObjectStore/S3/A.swift", "Call(method: .put, key: key)", "a bucket of backups"),
        ("Sources/ObjectStore/S3/A.swift", "call.method = .delete", "a bucket of backups"),
        ("Sources/ObjectStore/S3/A.swift", "Call(method: .head, key: key)", nil),
        ("Sources/ObjectStore/S3/Posture/S3Bucket+Probe.swift", "call.method = .delete", nil),
        ("Sources/Operations/Verify/A.swift", "let a: WritableBucket", "only where machines meet"),
        ("Sources/Operations/Shards/Documents/ResultBucket.swift", "let a: WritableBucket", nil),
        ("Tests/HTTPTests/A.swift", "try! a()", "an error is never forced"),
        ("Sources/Commands/A.swift", "let p = Process()", "no processes"),
        ("Sources/Commands/A.swift", "let p: Foundation.Process", "no processes"),
        ("Sources/Digests/A.swift", "// TODO: later", "nothing is left"),
        ("Tests/HTTPTests/A.swift", "// FIXME", "nothing is left"),
    ]

    @Test(arguments: samples.indices) func `tell what breaks them from what does not`(_ index: Int) throws {
        let sample = Self.samples[index]
        let file = SourceFile(
            path: sample.path, text: "// SPDX-License-Identifier: Apache-2.0\n\(sample.line)\n")
        let broken = Rule.all.filter { !$0.violations(file).isEmpty }.map(\.description)
        guard let expected = sample.broken else {
            #expect(broken == [], "\(sample.line)")
            return
        }
        #expect(broken.contains { $0.hasPrefix(expected) }, "\(sample.line): \(broken)")
    }

    @Test(arguments: [
        "", "import HTTP\n", "\n// SPDX-License-Identifier: Apache-2.0\n",
        "// SPDX-License-Identifier: MIT\n",
    ])
    func `want the licence in the first line`(_ text: String) {
        let file = SourceFile(path: "Sources/Digests/A.swift", text: text)
        #expect(Rule.all.contains { $0.description.hasPrefix("every file") && !$0.violations(file).isEmpty })
    }

    @Test func `say in which line they were broken`() {
        let file = SourceFile(
            path: "Sources/Digests/A.swift", text: "let a = \"\"\"\n  text\n  \"\"\"\n\n/*\n*/\nprint(1)\n")
        #expect(Rule.all[1].violations(file) == ["Sources/Digests/A.swift:7"])
    }

    @Test(arguments: [(299, 0), (300, 1)]) func `count the lines of a file`(_ more: Int, _ broken: Int) {
        let text = "// SPDX-License-Identifier: Apache-2.0\n" + String(repeating: "\n", count: more)
        let files = ["Sources", "Tests"].map { SourceFile(path: "\($0)/Digests/A.swift", text: text) }
        #expect(Rule.all.flatMap { files.flatMap($0.violations) }.count == broken)
    }
}
