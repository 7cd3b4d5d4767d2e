// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files
import PrivatePostgres

/// The settings in a data directory that is put together, before its first start by its user.
struct FirstStartSettings {
    /// Where it is now, and where it will be; absolute paths.
    let data: String
    let target: String
    let owner: ServerOwner

    /// Says what the first start will do, once no setting leads it to another data directory any more.
    ///
    /// A `data_directory` of the origin would start the origin's cluster where somebody means to start the copy, so its
    /// line is taken out; `takenOut` has what it said. Of several the last counts, so each is looked at in turn.
    func settle() throws(RestoreError) -> (start: FirstStart, takenOut: [FirstStartRemark]) {
        var takenOut: [FirstStartRemark] = []
        while true {
            let start = FirstStart(try configuration(), target: target)
            guard let elsewhere = start.elsewhere, let place = elsewhere.place, takenOut.count < 100,
                try takeOut(place)
            else { return (start, takenOut) }
            takenOut.append(elsewhere)
        }
    }

    func configuration() throws(RestoreError) -> ServerConfiguration {
        do { return try ServerConfiguration(SettingsBelow(data)) } catch let error
            as PrivatePostgresError
        {
            throw RestoreError(error)
        } catch let error as SystemError {
            throw .failed("reading the settings in", data, error)
        } catch {
            throw .failed("reading the settings", reason: "\(error)", hint: "please report this.")
        }
    }

    /// Makes a comment of a line; false where the file is no file of the data directory itself.
    private func takeOut(_ place: ServerConfiguration.Place) throws(RestoreError) -> Bool {
        guard !place.file.contains("/") else { return false }
        return try RestoreError.translating { () throws(PrivatePostgresError) in
            let folder = try OwnedFolder(data, owner: owner)
            guard let bytes = try folder.read(place.file) else { return false }
            try folder.write(Self.commented(bytes, line: place.line), to: place.file)
            return true
        }
    }

    static func commented(_ bytes: [UInt8], line: Int) -> [UInt8] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(
            Array.init)
        guard lines.indices.contains(line - 1) else { return bytes }
        lines[line - 1] = Array("# taken out by pg_backctl restore: ".utf8) + lines[line - 1]
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
}

/// The files of a data directory, none of them through a link.
private struct SettingsBelow: ServerConfiguration.Files {
    private let data: String

    init(_ data: String) { self.data = data }

    /// Nil for what is no regular file, too: PostgreSQL passes over a directory in `include_dir`.
    func content(of path: String) throws -> [UInt8]? {
        do throws(SystemError) {
            return try FileDescriptor(folderItselfAt: data).content(of: path, limit: 16 << 20)
        } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
    }

    func names(in path: String) throws -> [String]? {
        do throws(SystemError) {
            var folder = try FileDescriptor(folderItselfAt: data)
            for name in path.split(separator: "/") {
                folder = try FileDescriptor(folder: name.utf8, in: folder)
            }
            return try folder.names().map { String(decoding: $0, as: UTF8.self) }
        } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
    }
}
