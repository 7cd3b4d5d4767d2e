// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests

/// What the attestor of a backup says of each name.
struct Attestations: Sendable {
    private let attestor: Attestor
    /// By name; a manifest finds its files by itself.
    private let lines: [ObjectName: SumFile.Entry]

    init(_ attestor: Attestor) {
        self.attestor = attestor
        let entries = if case .sumFile(let file) = attestor { file.entries } else { [SumFile.Entry]() }
        lines = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What it says the object's bytes are; nil when it says nothing of them.
    subscript(name: ObjectName) -> Expectation.Attestation? {
        switch attestor {
        case .nobody: return nil
        case .sumFile: return lines[name].map { .sumFile(sha256: $0.digest, line: $0.line) }
        case .manifest(let manifest):
            guard let file = manifest.files[name], file.algorithm != .none else { return nil }
            return .manifest(file.algorithm, digest: Hex.encode(file.checksum), size: file.size)
        }
    }

    /// Whether it names the object, with or without a digest; nobody forbids nothing.
    func allow(_ name: ObjectName) -> Bool {
        switch attestor {
        case .nobody: true
        case .sumFile: lines[name] != nil
        case .manifest(let manifest): manifest.files.place(of: name) != nil
        }
    }
}
