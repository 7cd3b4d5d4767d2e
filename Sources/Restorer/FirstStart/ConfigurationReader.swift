// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files

/// Reads files of settings below one folder, and keeps what it read.
final class ConfigurationReader: ServerConfiguration.Files {
    private static let fileLimit = 1 << 20
    private static let mostFiles = 500

    private let folder: FileDescriptor
    /// Without links.
    private let root: String
    private(set) var files: [String: [UInt8]] = [:]

    init(_ path: String) throws(RestoreError) {
        do throws(SystemError) {
            root = String(decoding: try RealPath.of(path.utf8), as: UTF8.self)
            folder = try FileDescriptor(directory: root)
        } catch {
            guard error.isAbsence else { throw .failed("opening", path, error) }
            throw .configurationMissing(path)
        }
    }

    // MARK: As an include names them

    func content(of path: String) throws -> [UInt8]? {
        // What ALTER SYSTEM wrote is the backup's.
        guard path != DataDirectory.settingsFile, BackedUpSettings.isSettings(ObjectName(path)),
            path.split(separator: "/").count <= 2
        else { return nil }
        return try file(path)
    }

    func names(in path: String) throws -> [String]? { try settings(in: path) }

    // MARK: One at a time

    /// The bytes of a file; nil when there is none.
    func file(_ path: String) throws(RestoreError) -> [UInt8]? {
        if let known = files[path] { return known }
        guard let place = try place(of: path) else { return nil }
        let content: [UInt8]?
        do throws(SystemError) { content = try folder.content(of: place, limit: Self.fileLimit) } catch {
            throw .failed("reading", "\(root)/\(path)", error)
        }
        guard let content else {
            throw refusal(of: path, "is no file of at most \(Self.fileLimit >> 10) KiB")
        }
        guard files.count < Self.mostFiles else {
            throw refusal(of: path, "is one of more than \(Self.mostFiles)")
        }
        files[path] = content
        return content
    }

    /// The names in a folder that PostgreSQL would include; nil when there is no folder.
    func settings(in path: String) throws(RestoreError) -> [String]? {
        guard let place = try place(of: path) else { return nil }
        do throws(SystemError) {
            let names = try FileDescriptor(directory: "\(root)/\(place)").names()
            return names.map { String(decoding: $0, as: UTF8.self) }.filter {
                BackedUpSettings.isSettings(ObjectName($0)) && !$0.hasPrefix(".")
            }
        } catch { throw .failed("reading", "\(root)/\(path)", error) }
    }

    /// Where something lies below the folder once links are followed; nil when there is nothing.
    private func place(of path: String) throws(RestoreError) -> String? {
        let found: [UInt8]
        do throws(SystemError) { found = try RealPath.of("\(root)/\(path)".utf8) } catch {
            guard error.isAbsence else { throw .failed("looking at", "\(root)/\(path)", error) }
            return nil
        }
        let start = Array("\(root)/".utf8)
        guard found.starts(with: start) else { throw refusal(of: path, "leads out of that folder") }
        return String(decoding: found.dropFirst(start.count), as: UTF8.self)
    }

    private func refusal(of path: String, _ reason: String) -> RestoreError {
        .usage(
            "'\(ObjectName("\(root)/\(path)"))' \(reason)",
            hint: "--conf takes files of settings that lie in the folder itself: put the file there.")
    }
}
