// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import BackupFormats
import Files
import Foundation
import Glibc
import PrivatePostgres

/// A recovered cluster that a trial has left, so that a restore only has to place it.
public struct RehearsedCluster: Codable, Sendable, Equatable {
    /// A directory of it.
    struct Part: Codable, Sendable, Equatable {
        /// Absolute.
        var path: String
        /// Of the directory, whatever its name.
        var inode: UInt64
        /// Of what is in it (`TreeDigest`).
        var digest: String
    }

    /// The name of its file in the trial's folder.
    public static let name = "rehearsed.json"
    private static let limit = 1 << 20

    private(set) var format = 1
    /// The place of the backup that it was made of, and its label.
    private let url, label: String
    /// Of PostgreSQL.
    public let majorVersion: Int
    /// Whose the files are.
    let user: UInt32
    let group: UInt32
    /// Where recovery ended, and on which timeline the server went on.
    let end: String
    let timeline, target: UInt32
    let lastTransaction: Timestamp?
    let data: Part
    /// By OID.
    let tablespaces: [String: Part]

    /// Of the backup that it was made of.
    public var place: BackupPlace { BackupPlace(url: url, label: label) }

    /// The OIDs of the tablespaces that need a place.
    public var identifiers: [UInt32] { tablespaces.keys.compactMap { UInt32($0) }.sorted() }

    /// What recovery came to, in words: a position and a timeline.
    public var reached: String { "\(end) on timeline \(timeline)" }

    init(
        _ target: any RestoreTarget, of place: BackupPlace, _ owner: ServerOwner, _ version: Int,
        _ outcome: RecoveryOutcome
    ) throws(RestoreError) {
        (url, label, majorVersion) = (place.url, place.label, version)
        (user, group) = (owner.user, owner.group)
        (end, timeline, self.target) = ("\(outcome.end)", outcome.timeline, outcome.target)
        lastTransaction = outcome.lastTransaction
        data = try Part(target.data)
        var parts: [String: Part] = [:]
        for (identifier, path) in target.stagedTablespaces { parts["\(identifier)"] = try Part(path) }
        tablespaces = parts
    }

    var outcome: RecoveryOutcome? {
        LogSequenceNumber(end).map {
            RecoveryOutcome(
                end: $0, target: target, timeline: timeline, lastTransaction: lastTransaction, seconds: 0)
        }
    }

    // MARK: Its file

    /// Keeps it in a folder; when this returns, it survives a power failure.
    public func write(in path: String) throws(RestoreError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let text = try? encoder.encode(self) else {
            preconditionFailure("numbers and strings are JSON")
        }
        do throws(SystemError) {
            try FileDescriptor(folderAt: path).replaceFile(Self.name, with: [UInt8](text))
        } catch { throw .failed("writing", "\(path)/\(Self.name)", error) }
    }

    /// Nil when a folder holds none, or none that this program understands.
    public static func read(in path: String) throws(RestoreError) -> RehearsedCluster? {
        let text: [UInt8]?
        do throws(SystemError) {
            text = try FileDescriptor(folderAt: path).content(of: name, limit: limit)
        } catch {
            if error.code == ENOENT { return nil }
            throw .failed("reading", "\(path)/\(name)", error)
        }
        guard let text, let found = try? JSONDecoder().decode(Self.self, from: Data(text)), found.format == 1
        else { return nil }
        return found
    }
}

extension RehearsedCluster.Part {
    init(_ path: String) throws(RestoreError) {
        do throws(SystemError) {
            let folder = try FileDescriptor(folderItselfAt: path)
            self.init(
                path: path, inode: try folder.status().validators.inode ?? 0,
                digest: try TreeDigest.hex(of: folder))
        } catch { throw .failed("looking at", path, error) }
    }
}
