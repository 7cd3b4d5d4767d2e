// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import TestKit
import Testing

@Suite("what reaches the terminal")
struct TerminalTests {
    @Test func `quiet says nothing when all is well`() async throws {
        let run = try await LocalStore().verify("--quiet")
        #expect(run.status == 0 && run.stdout.isEmpty && run.stderr.isEmpty, "\(run)")
    }

    @Test func `the names of objects cannot write to the terminal`() async throws {
        let hostile: [ObjectName] = [
            ObjectName(bytes: Array("\u{1B}]0;owned\u{07}.tar".utf8)), "new\nline", "back\rward",
            "bidi\u{202E}gpj.exe", "zero\u{200B}width", ObjectName(bytes: [0x66, 0xFF, 0xFE]),
            ObjectName(bytes: [0xC2, 0x9B, 0x33, 0x31, 0x6D]), "tab\tand\u{7F}", "mark\u{FEFF}",
        ]
        var backup = BackupSet.tar()
        for name in hostile { backup.objects[name] = Array("harmless".utf8) }
        let store = try LocalStore(backup, withSums: false)
        for name in hostile { try store.tree.write(name, Array("at the top".utf8)) }
        for name in hostile.prefix(3) {
            let label = ObjectName(bytes: name.bytes + Array("-label".utf8))
            try store.tree.write(label + "/base.tar", [1])
        }
        for words in [["verify"], ["verify", "--verbose"], ["verify", "--json", "--verbose"], ["list"]] {
            let run = try await store.binary.run([words[0], store.path] + words.dropFirst())
            try expectTame(run, words)
        }
        for noun in ["backups", "objects", "findings", "runs"] {
            try expectTame(try await store.binary("history", noun), [noun])
            try expectTame(try await store.binary("history", noun, "--json"), [noun, "--json"])
        }
    }

    /// Control characters other than line ends, invisible and direction-changing characters are escaped.
    private func expectTame(_ run: BinaryRun, _ words: [String]) throws {
        let text = try #require(String(validating: run.stdout + run.stderr, as: UTF8.self), "\(words)")
        let wild = text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar != "\n"
            case .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: true
            default: false
            }
        }
        #expect(wild.isEmpty, "\(words): \(wild.map { String($0.value, radix: 16) })")
        #expect(!text.contains("\nline"), "\(words): a name must not end a line")
        #expect(text.contains("owned") || words[0] == "runs", "\(words): \(text)")
    }

    @Test(arguments: [("n\n", 130), ("\n", 130), ("y\n", 1)] as [(String, Int32)])
    func `a restore asks first, and takes only yes for it`(answer: String, status: Int32) async throws {
        var store = try LocalStore()
        store.binary.useTerminal()
        let target = "\(store.binary.home.path)/restored"
        let run = try await store.binary.run(
            ["restore", store.path, "--no-start", "--target", target], input: answer)
        // Nothing can be unpacked from this backup, so yes leads to damage.
        #expect(run.status == status && run.output.contains("[y/N]"), "\(run)")
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test func `a terminal gets a line with how far it is, and colours`() async throws {
        var store = try LocalStore.slow()
        store.binary.useTerminal()
        let run = try await store.verify("--limit-rate", "2M")
        #expect(run.status == 0, "\(run)")
        let lines = run.output.split(separator: "\r\u{1B}[K")
        #expect(lines.contains { $0.contains(/20251027T143000 \d+ %/) && $0.contains(/[0-9.]+ [kM]B\/s/) })
        #expect(run.output.contains("\u{1B}[32mverified"))
    }

    @Test func `the line is cut to a narrow terminal, and gone in the end`() async throws {
        var store = try LocalStore.slow()
        store.binary.useTerminal(columns: 30)
        let run = try await store.verify("--limit-rate", "2M")
        #expect(run.status == 0, "\(run)")
        // What is said meanwhile goes above the line, which is then written anew.
        let lines = run.output.split(separator: "\r\u{1B}[K").flatMap {
            $0.split(whereSeparator: \.isNewline)
        }
        .filter { $0.contains("…") }
        #expect(lines.count > 1, "\(run)")
        #expect(lines.allSatisfy { $0.count == 29 }, "\(lines)")
        #expect(lines.first?.hasPrefix("20251027T143000") == true, "\(lines)")
        #expect(run.output.split(separator: "\r\u{1B}[K").last?.contains("…") == false)
    }

    @Test(arguments: [["--quiet"], ["--no-color"]])
    func `a terminal gets no more than was asked for`(options: [String]) async throws {
        var store = try LocalStore()
        store.binary.useTerminal()
        let run = try await store.binary.run(["verify", store.path, "--level", "checksummed"] + options)
        #expect(run.status == 0)
        #expect(!run.output.contains("\u{1B}[3"), "\(run)")
        if options == ["--quiet"] { #expect(run.stdout.isEmpty, "\(run)") }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `shells can complete its words`(shell: String) async throws {
        let run = try await Binary()("--generate-completion-script", shell)
        #expect(run.status == 0 && run.output.contains("pg_backctl") && run.output.contains("verify"))
        #expect(run.stderr.isEmpty)
        guard shell == "bash" else { return }
        let script = try OwnedDirectory().path + ".bash"
        try Data(run.stdout).write(to: URL(filePath: script))
        defer { try? FileManager.default.removeItem(atPath: script) }
        try await Program("bash")(["-n", script])
    }
}
