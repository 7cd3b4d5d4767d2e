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
    /// Whether they were brought from a folder outside, whose places they name.
    var isBrought = false
    /// By which this restore knows its own lines again: a backup may be of a copy that another restore has made.
    var token = ""

    /// What was made of the settings.
    struct Settled {
        var start: FirstStart
        /// Lines that led to another place and were made comments.
        var takenOut: [FirstStartRemark] = []
        /// What was turned off; nil where nothing was.
        var archivingOff: Archiving?
        /// What `postgresql.conf` includes of the data directory, by the first names of the paths.
        var included: [String] = []
        /// On which it listens.
        var port = 5432
        /// The folders of its sockets.
        var sockets: [String] = []
    }

    /// Says what the first start will do, once no setting leads it to another data directory any more, and it archives only
    /// where somebody wants that.
    func prepare(_ choice: ArchivingChoice?) throws(RestoreError) -> Settled {
        let takenOut = try takeOutElsewhere()
        var settled = try settled()
        settled.takenOut = takenOut
        if choice == .keep {
            guard settled.archivingOff != nil else { return settled }
            try turnOnAgain()
            settled = try self.settled()
            settled.takenOut = takenOut
            return settled
        }
        guard settled.start.archiving != .none else { return settled }
        settled.archivingOff = settled.start.archiving
        try turnOff(settled.start.archiving)
        settled.start = start(try configuration())
        return settled
    }

    /// The same of settings as they are.
    func settled() throws(RestoreError) -> Settled {
        let found = try configuration()
        var settled = Settled(
            start: start(found), included: found.includedNames + (try debianFiles()))
        if let port = found["port"].flatMap(Int.init) { settled.port = port }
        settled.sockets = Self.folders(of: found["unix_socket_directories"] ?? "")
        settled.archivingOff = try turnedOff()
        return settled
    }

    private func start(_ configuration: ServerConfiguration) -> FirstStart {
        FirstStart(configuration, target: target, isHere: FirstStart.isHere)
    }

    /// Files beside `postgresql.conf` that Debian's tools read in /etc and do not take there from a data directory.
    private func debianFiles() throws(RestoreError) -> [String] {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            let folder = try OwnedFolder(data, owner: owner)
            var names: [String] = []
            for name in ["environment", "pg_ctl.conf", "start.conf"] where try folder.holds(name) {
                names.append(name)
            }
            return names
        }
    }

    /// A list with commas, each path in double quotes or not.
    private static func folders(of list: String) -> [String] {
        list.split(separator: ",").compactMap { part in
            let path = String(part.drop { $0 != "/" }.prefix { $0 != "\"" })
            return path.isEmpty ? nil : path
        }
    }

    /// Makes comments of the lines that lead elsewhere.
    ///
    /// A `data_directory` of the origin would start the origin's cluster where somebody means to start the copy, so its
    /// line is taken out. Of several the last counts, so each is looked at in turn.
    private func takeOutElsewhere() throws(RestoreError) -> [FirstStartRemark] {
        var takenOut: [FirstStartRemark] = []
        while true {
            let start = start(try configuration())
            guard let elsewhere = start.takenOut(isBrought: isBrought).first, let place = elsewhere.place
            else {
                return takenOut
            }
            guard takenOut.count < 100, try takeOut(place) else { throw Self.stays(elsewhere) }
            takenOut.append(elsewhere)
        }
    }

    /// What an earlier run of the same restore, which was interrupted, has turned off; nil where none has.
    func turnedOff() throws(RestoreError) -> Archiving? {
        guard let written = try settingsFile() else { return nil }
        let before = Archiving.withoutLinesOff(written, by: token)
        guard before.count < written.count else { return nil }
        let files = SettingsBelow(data, replaced: [DataDirectory.settingsFile: before])
        return Archiving(try configuration(of: files))
    }

    private func turnOnAgain() throws(RestoreError) {
        let written = try settingsFile() ?? []
        try RestoreError.translating { () throws(PrivatePostgresError) in
            try OwnedFolder(data, owner: owner).write(
                Archiving.withoutLinesOff(written, by: token), to: DataDirectory.settingsFile)
        }
    }

    private func settingsFile() throws(RestoreError) -> [UInt8]? {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            try OwnedFolder(data, owner: owner).read(DataDirectory.settingsFile)
        }
    }

    /// Behind all other settings, which is what counts, whatever `postgresql.conf` includes.
    func turnOff(_ archiving: Archiving) throws(RestoreError) {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            let folder = try OwnedFolder(data, owner: owner)
            let before = try folder.read(DataDirectory.settingsFile) ?? []
            let gap = before.isEmpty || before.last == UInt8(ascii: "\n") ? "" : "\n"
            try folder.write(
                before + Array((gap + archiving.linesOff(by: token)).utf8), to: DataDirectory.settingsFile)
        }
    }

    /// What the first start will read; `brought` are files that are still to take the place of those that are there.
    func configuration(with brought: [String: [UInt8]] = [:]) throws(RestoreError) -> ServerConfiguration {
        try configuration(of: SettingsBelow(data, replaced: brought))
    }

    private func configuration(of files: SettingsBelow) throws(RestoreError) -> ServerConfiguration {
        do { return try ServerConfiguration(files) } catch let error as PrivatePostgresError {
            throw RestoreError(error)
        } catch let error as SystemError {
            throw .failed("reading the settings in", data, error)
        } catch {
            throw .failed("reading the settings", reason: "\(error)", hint: "please report this.")
        }
    }

    /// A line that would start another cluster than this, and that cannot be made a comment.
    private static func stays(_ remark: FirstStartRemark) -> RestoreError {
        .failed(
            "settling the settings", reason: "\(remark), and the line could not be taken out",
            hint: "bring in a configuration without it: --conf DIR.")
    }

    /// Makes a comment of a line; false where there is no such file.
    private func takeOut(_ place: ServerConfiguration.Place) throws(RestoreError) -> Bool {
        let parts = place.file.split(separator: "/")
        guard let name = parts.last else { return false }
        return try RestoreError.translating { () throws(PrivatePostgresError) in
            let folder = try OwnedFolder(data, below: parts.dropLast(), owner: owner)
            guard let bytes = try folder.read(String(name)) else { return false }
            try folder.write(Self.commented(bytes, line: place.line), to: String(name))
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
    /// What is read in the place of files there, by their paths.
    private let replaced: [String: [UInt8]]

    init(_ data: String, replaced: [String: [UInt8]] = [:]) { (self.data, self.replaced) = (data, replaced) }

    /// Nil for what is no regular file, too: PostgreSQL passes over a directory in `include_dir`.
    func content(of path: String) throws -> [UInt8]? {
        if let bytes = replaced[path] { return bytes }
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
            return try folder.names().map { String(decoding: $0, as: UTF8.self) } + own(in: path)
        } catch {
            guard error.isAbsence else { throw error }
            let own = own(in: path)
            return own.isEmpty ? nil : own
        }
    }

    private func own(in path: String) -> [String] {
        replaced.keys.filter { $0.hasPrefix(path + "/") }.map { String($0.dropFirst(path.utf8.count + 1)) }
    }
}

extension ServerConfiguration {
    /// What `postgresql.conf` includes, by the first names of the paths: what has to go where that goes.
    fileprivate var includedNames: [String] {
        let own = ["postgresql.conf", DataDirectory.settingsFile]
        let names = files.filter { !own.contains($0) }.compactMap {
            $0.split(separator: "/").first.map(String.init)
        }
        return Set(names).sorted()
    }
}
