// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("audit on the command line")
struct AuditTests {
    private let binary: Binary
    private let tree: FileTree

    init() async throws {
        (binary, tree) = (try Binary(), try FileTree())
        for label in ["20251027T143000", "20251028T143000"] { try BackupSet.tar(label).write(to: tree) }
        try """
        history: \(binary.home.path)/h.sqlite
        stores:
          shop: { location: \(tree.path), posture: off, prove: { all: { checksummed: 7d } } }
        """.write(toFile: "\(binary.home.path)/c.yaml", atomically: true, encoding: .utf8)
        try #require(try await run("sweep").status == 0)
    }

    private func run(_ words: String...) async throws -> BinaryRun {
        try await binary.run(words + ["--config", "\(binary.home.path)/c.yaml"])
    }

    private func path(_ name: String) -> URL { URL(filePath: "\(binary.home.path)/\(name)") }

    /// Of the year in which the records were made.
    private func bundle(_ name: String) async throws -> URL {
        let year = Calendar(identifier: .gregorian).component(.year, from: .now)
        let run = try await run("audit", "bundle", "--period", "\(year)", "--output", path(name).path)
        try #require(run.status == 0, "\(run)")
        return path(name)
    }

    private struct Audited: Decodable {
        var exitStatus: Int32
        var leaves, signed, faultsFound: Int
        var faults: [String]
    }

    private func audit(_ words: String...) async throws -> Audited {
        let run = try await binary.run(
            ["audit", "verify", "--json", "--config", "\(binary.home.path)/c.yaml"] + words)
        let audited = try run.document(Audited.self)
        #expect(run.status == audited.exitStatus)
        return audited
    }

    /// The exit status of verify.sh, run by the plainest shell there is.
    private func check(_ bundle: URL, key: String...) throws -> (status: Int32, words: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/dash")
        process.arguments = [bundle.appending(path: "verify.sh").path] + key
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let words = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: words, as: UTF8.self))
    }

    @Test func `finds nothing where nobody has touched anything, and each changed line of the file`()
        async throws
    {
        let sound = try await audit()
        #expect(sound.exitStatus == 0 && sound.faultsFound == 0 && sound.signed == sound.leaves)
        let file = path("h.sqlite.leaves")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == sound.leaves)
        let changed = lines.map { $0.replacingOccurrences(of: "\"leaf\":", with: "\"laef\":") + "\n" }
        try changed.joined().write(to: file, atomically: true, encoding: .utf8)
        let audited = try await audit()
        #expect(audited.exitStatus == 6 && audited.faultsFound == sound.leaves, "\(audited)")
    }

    @Test func `sees by a later checkpoint that an older history was put back`() async throws {
        let copy = try await run("history", "copy", path("old.sqlite").path)
        #expect(copy.status == 0, "\(copy)")
        #expect(try await run("sweep").status == 0)
        let checkpoint = try await run("audit", "checkpoint")
        #expect(checkpoint.status == 0)
        try checkpoint.output.write(to: path("later"), atomically: true, encoding: .utf8)
        #expect(try await audit("--checkpoint", path("later").path).exitStatus == 0)
        try FileManager.default.removeItem(at: path("h.sqlite"))
        try FileManager.default.moveItem(at: path("old.sqlite"), to: path("h.sqlite"))
        let audited = try await audit("--checkpoint", path("later").path)
        #expect(audited.exitStatus == 6, "\(audited)")
        #expect(audited.faults.contains { $0.contains("an older history was put back") })
    }

    @Test func `bundles what a shell with openssl and sha256sum checks to the same end`() async throws {
        let bundle = try await bundle("b")
        let sound = try check(bundle)
        #expect(sound.status == 0, "\(sound)")
        let files = try FileManager.default.subpathsOfDirectory(atPath: bundle.path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(bundle.path)/\(name)", isDirectory: &isFolder)
                && !isFolder.boolValue && name != "verify.sh"
        }
        #expect(
            files.contains(
                "reports/compliance-\(Calendar(identifier: .gregorian).component(.year, from: .now))-so-far.html"
            ))
        let script = try String(contentsOf: bundle.appending(path: "verify.sh"), encoding: .utf8)
        // Somebody is to read it before running it.
        #expect(script.split(separator: "\n", omittingEmptySubsequences: false).count <= 61)
        // One byte in each file, at another place in each.
        for (index, name) in files.sorted().enumerated() {
            let file = bundle.appending(path: name)
            let bytes = try Data(contentsOf: file)
            var changed = bytes
            changed[(index * 97) % bytes.count] ^= 1
            try changed.write(to: file)
            #expect(try check(bundle).status != 0, "\(name)")
            try bytes.write(to: file)
        }
        try Data().write(to: bundle.appending(path: "leaves/9999999999.json"))
        #expect(try check(bundle).status == 6)
        try FileManager.default.removeItem(at: bundle.appending(path: "leaves/9999999999.json"))
        #expect(try check(bundle).status == 0)
        try forge(bundle)
        let forged = try check(bundle)
        #expect(forged.status == 6 && forged.words.contains("names another key"), "\(forged)")
    }

    private func keys() async throws -> [String] {
        try await run("audit", "keys").output.split(separator: "\n").map(String.init)
    }

    @Test func `follows from the key that somebody knows to the one that has signed`() async throws {
        let known = try #require(try await keys().last)
        for _ in 0..<2 { #expect(try await run("audit", "keys", "--rotate").status == 0) }
        #expect(try await run("sweep").status == 0)
        let rotated = try await bundle("rotated")
        for key in try await keys() { #expect(try check(rotated, key: key).status == 0, "\(key)") }
        #expect(try check(rotated, key: "junk").status == 6)
        try FileManager.default.removeItem(at: path("h.sqlite.key"))
        #expect(try await run("sweep").status == 0)
        let replaced = try await bundle("replaced")
        let newest = try #require(try await keys().last)
        #expect(newest != known)
        #expect(try check(replaced, key: newest).status == 0)
        let checked = try check(replaced, key: known)
        #expect(checked.status == 6 && checked.words.contains("has not named"), "\(checked)")
    }

    @Test(Requires.docker(.postgres(.v15)))
    func `bundles what a bare Debian checks, with dash and openssl and without us`() async throws {
        let bundle = try await bundle("bare")
        let key = try #require(try await keys().last)
        let root = path("root").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
        try await Program("tar")(["-xf", DockerImage.debian, "-C", root, "--exclude=./usr/lib/postgresql"])
        try FileManager.default.moveItem(atPath: bundle.path, toPath: "\(root)/bundle")
        let words = try await Program("chroot")([root, "/bin/dash", "/bundle/verify.sh", key])
        #expect(words.contains("all is as it was signed"))
        let leaf = URL(filePath: "\(root)/bundle/leaves/0000000001.json")
        var bytes = try Data(contentsOf: leaf)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: leaf)
        await #expect(throws: ProgramFailed.self) {
            try await Program("chroot")([root, "/bin/dash", "/bundle/verify.sh", key])
        }
    }

    @Test func `says of a bundle without records which period that is`() async throws {
        let empty = try await run("audit", "bundle", "--period", "2001-02", "--output", path("e").path)
        #expect(empty.status == 0, "\(empty)")
        let checked = try check(path("e"))
        #expect(checked.status == 0)
        #expect(checked.words.contains("2001-02-01T00:00:00.000000000Z to 2001-03-01T00:00:00.000000000Z"))
    }

    @Test func `warns of a receipt that is no good word`() async throws {
        let place = "\(tree.path)/20251028T143000"
        #expect(try await run("audit", "receipt", "20251028T143000", "--store", "shop").errors.isEmpty)
        let file = try #require(
            try FileManager.default.contentsOfDirectory(atPath: place).first { $0.hasPrefix("base") })
        try Data("other".utf8).write(to: URL(filePath: "\(place)/\(file)"))
        #expect(try await run("verify", tree.path).status != 0)
        let receipt = try await run("audit", "receipt", "20251028T143000", "--place", tree.path)
        #expect(receipt.status == 0 && receipt.errors.hasPrefix("warning: this backup is '"), "\(receipt)")
    }

    @Test func `signs with no key but the one that has signed until now`() async throws {
        let before = try await keys()
        let key = path("h.sqlite.key")
        try FileManager.default.moveItem(at: key, to: path("kept.key"))
        let year = Calendar(identifier: .gregorian).component(.year, from: .now)
        for words in [
            ["bundle", "--period", "\(year)", "--output", path("x").path], ["receipt", "20251027T143000"],
        ] {
            let run = try await binary.run(["audit"] + words + ["--config", "\(binary.home.path)/c.yaml"])
            #expect(
                run.status == 5 && run.errors.contains("is not the one that signs this history"), "\(run)")
        }
        #expect(!FileManager.default.fileExists(atPath: key.path))
        #expect(try await keys() == before)
    }

    @Test func `goes on where a rotation was killed`() async throws {
        let before = try await keys()
        #expect(try await run("audit", "keys", "--rotate").status == 0)
        let rotated = try await keys()
        #expect(rotated.count == before.count + 1)
        // As it stands when the history has the new key, and its file has not the old one's name yet.
        try FileManager.default.moveItem(at: path("h.sqlite.key"), to: path("h.sqlite.key.new"))
        #expect(try await run("sweep").status == 0)
        #expect(try await keys() == rotated)
        #expect(FileManager.default.fileExists(atPath: path("h.sqlite.key").path))
        #expect(!FileManager.default.fileExists(atPath: path("h.sqlite.key.new").path))
        #expect(try await audit().faultsFound == 0)
    }

    @Test func `rotates its key while others write, and nothing stays unsigned`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask { for _ in 0..<4 { _ = try await run("verify", tree.path) } }
            }
            group.addTask { for _ in 0..<6 { _ = try await run("audit", "keys", "--rotate") } }
            try await group.waitForAll()
        }
        let audited = try await audit()
        #expect(audited.faultsFound == 0, "\(audited)")
        #expect(try await run("audit", "verify").errors.contains("did not sign that") == false)
    }

    @Test func `makes no second key where nobody says which one signs`() async throws {
        try FileManager.default.moveItem(at: path("h.sqlite.key"), to: path("elsewhere.key"))
        let words = ["verify", tree.path, "--history", path("h.sqlite").path]
        let refused = try await binary.run(words)
        #expect(refused.status == 5 && refused.errors.contains("it is not there, and '"), "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: path("h.sqlite.key").path))
        #expect(try await audit().faultsFound == 0)
        let replaced = try await binary.run([
            "audit", "keys", "--replace", "--history", path("h.sqlite").path,
        ])
        #expect(replaced.status == 0, "\(replaced)")
        #expect(try await binary.run(words).status == 1)
        #expect(try await keys().count == 2)
        #expect(try await audit().faultsFound == 0)
    }

    @Test func `finds the key of its configuration when the history is named, too`() async throws {
        let file = "\(binary.home.path)/c.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try FileManager.default.moveItem(at: path("h.sqlite.key"), to: path("elsewhere.key"))
        try (text + "\nevidence: { key: \(path("elsewhere.key").path) }\n").write(
            toFile: file, atomically: true, encoding: .utf8)
        var binary = binary
        binary.environment["PG_BACKCTL_CONFIG"] = file
        let run = try await binary.run([
            "verify", tree.path, "--history", path("h.sqlite").path,
        ])
        #expect(run.status == 1 && !run.errors.contains("another key"), "\(run)")
        #expect(try await keys().count == 1)
        #expect(!FileManager.default.fileExists(atPath: path("h.sqlite.key").path))
    }

    @Test func `says that there is no history before anything has run`() async throws {
        let nowhere = path("nowhere.sqlite").path
        for words in [["verify"], ["checkpoint"], ["keys"]] {
            let run = try await binary.run(["audit"] + words + ["--history", nowhere])
            #expect(run.status == 9 && run.errors.contains("there is no history in"), "\(run)")
        }
        #expect(!FileManager.default.fileExists(atPath: nowhere))
    }

    /// Signs all of it with another key, and leaves the name of the right one.
    ///
    /// The shell knows the base64 of the other key as `$own`; `also` is done before it signs.
    private func forge(_ bundle: URL, also: String = ":") throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.currentDirectoryURL = bundle
        process.arguments = [
            "-ec",
            """
            openssl genpkey -algorithm ed25519 -out ../forger.pem
            openssl pkey -in ../forger.pem -pubout -out key.pem
            own=$(openssl pkey -pubin -in key.pem -outform DER | tail -c 32 | { printf '\\001'; cat; } | openssl base64 -A)
            \(also)
            sed '/^$/,$d' checkpoint > ../text
            openssl pkeyutl -sign -rawin -inkey ../forger.pem -in ../text -out ../sig
            { cat ../text; echo; printf '\\342\\200\\224 %s ' "$(sed -n 1p ../text)"; { printf AAAA; cat ../sig; } | openssl base64 -A; echo; } > checkpoint
            rm -rf receipts
            find . -type f ! -name 'SHA256SUMS*' | sed 's,^./,,' | sort | xargs sha256sum > SHA256SUMS
            openssl pkeyutl -sign -rawin -inkey ../forger.pem -in SHA256SUMS -out SHA256SUMS.sig
            """,
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test func `does not say that a bundle is by a key that has not signed it`() async throws {
        let bundle = try await bundle("b")
        let real = try #require(try await keys().last)
        try forge(bundle, also: #"printf '%s%s\n' "$(cat key.verifier)" "$own" > key.verifier"#)
        let joined = try check(bundle)
        #expect(joined.status == 6 && joined.words.contains("is no key"), "\(joined)")
        for hidden in [#"\c"#, "\u{1B}[8m"] {
            try forge(
                bundle,
                also: """
                    printf '%s+00000000+%s\\n' "$(sed -n 1p checkpoint)" "$own" > key.verifier
                    printf '2026-01-01T00:00:00Z\\n2027-01-01T00:00:00Z, by %s\\n' '\(real)\(hidden)' > period
                    """)
            let told = try check(bundle)
            let own = try String(contentsOf: bundle.appending(path: "key.verifier"), encoding: .utf8)
            #expect(told.status == 0 && told.words.contains("by \(own)"), "\(told)")
            #expect(!told.words.contains(real) && !told.words.contains("\u{1B}"))
            #expect(try check(bundle, key: real).status == 6)
            let parts = real.split(separator: "+", maxSplits: 1)
            #expect(
                try check(bundle, key: "pg_backctl/other+\(parts[1])").words.contains("of another history"))
        }
    }

    @Test func `bundles a part of the tree, whichever it is`() async throws {
        for number in 0..<5 {
            #expect(try await run("sweep").status == 0)
            let bundle = try await bundle("b\(number)")
            let checked = try check(bundle)
            #expect(checked.status == 0, "\(number): \(checked)")
        }
    }

    @Test func `writes receipts that others' tools verify`() async throws {
        let receipt = try await run("audit", "receipt", "20251027T143000")
        #expect(receipt.status == 0, "\(receipt)")
        try receipt.output.write(to: path("r.json"), atomically: true, encoding: .utf8)
        #expect(try await audit("--receipt", path("r.json").path).exitStatus == 0)
        let other = receipt.output.replacing("eyJf", with: "eyJg")
        try #require(other != receipt.output)
        // Without its end of line, as a shell keeps it.
        try other.dropLast().description.write(to: path("r.json"), atomically: true, encoding: .utf8)
        #expect(try await audit("--receipt", path("r.json").path).exitStatus == 6)
        let keys = try await run("audit", "keys")
        let program = """
            import base64, hashlib, json, pathlib, sys
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
            from securesystemslib.dsse import Envelope
            from securesystemslib.signer import SSlibKey
            envelope = json.loads(sys.argv[1])
            public = base64.b64decode(sys.argv[2].split("+", 2)[2])[1:]
            keyid = envelope["signatures"][0]["keyid"]
            key = SSlibKey(keyid, "ed25519", "ed25519", {"public": public.hex()})
            parsed = Envelope.from_dict(envelope)
            assert parsed.verify([key], 1) == {keyid: key}
            statement = json.loads(parsed.payload)
            assert statement["_type"] == "https://in-toto.io/Statement/v1", statement
            folder = pathlib.Path(sys.argv[3])
            names = {s["name"]: s["digest"]["sha256"] for s in statement["subject"]}
            assert names == {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir()}, names
            """
        let process = Process()
        process.executableURL = URL(filePath: Testbed.python)
        process.arguments = [
            "-c", program, receipt.output, keys.output.split(separator: "\n").map(String.init).last ?? "",
            "\(tree.path)/20251027T143000",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func `says what it needs`() async throws {
        for (words, status) in [
            (["bundle", "--period", "2026"], 12), (["bundle", "--output", "x"], 12), (["receipt"], 12),
            (["receipt", "nothing"], 9), (["receipt", "A", "--trial", "1"], 14),
            (["receipt", "--trial", "99"], 9),
            (["verify", "--key", "junk"], 14), (["verify", "--checkpoint", "/nowhere"], 14),
            (["verify", "--checkpoint", "/etc/hostname"], 14),
            (["verify", "--receipt", "/etc/hostname"], 14),
            (["receipt", "--trial", "1", "--store", "shop"], 14),
        ] as [([String], Int32)] {
            let run = try await binary.run(["audit"] + words + ["--config", "\(binary.home.path)/c.yaml"])
            #expect(run.status == status, "\(words): \(run)")
        }
        #expect(try await run("audit", "bundle", "--period", "2026", "--output", tree.path).status == 14)
    }
}
