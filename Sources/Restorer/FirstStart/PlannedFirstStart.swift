// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files

/// What the first start of a restored cluster will do, as far as a plan can tell.
public enum PlannedFirstStart: Sendable, Equatable {
    /// `isWhole` unless what ALTER SYSTEM has set lies in an archive, behind what is read of it for a plan.
    case known(FirstStart, isWhole: Bool)
    /// So do all the settings.
    case knownOnceWritten

    /// Reads it out of what the backup holds and what is to take its place.
    init(_ settings: PlannedSettings, target: String) {
        var others = settings
        others.replaced[DataDirectory.settingsFile] = []
        if let all = try? ServerConfiguration(settings) {
            self = .known(FirstStart(all, target: target, isHere: FirstStart.isHere), isWhole: true)
        } else if let most = try? ServerConfiguration(others) {
            self = .known(FirstStart(most, target: target, isHere: FirstStart.isHere), isWhole: false)
        } else {
            self = .knownOnceWritten
        }
    }

    /// Whether the server would archive; unknown where what was not read may say so.
    public var archiving: Archiving {
        switch self {
        case .known(let start, let isWhole): start.archiving == .none && !isWhole ? .unknown : start.archiving
        case .knownOnceWritten: .unknown
        }
    }
}

/// The settings that a restored data directory will have.
struct PlannedSettings: ServerConfiguration.Files {
    var backup: BackedUpSettings
    /// What takes the place of the backup's files, by their paths.
    var replaced: [String: [UInt8]] = [:]

    func content(of path: String) throws -> [UInt8]? {
        if let bytes = replaced[path] { return bytes }
        return try backup.content(of: path)
    }

    func names(in path: String) throws -> [String]? {
        let own = replaced.keys.filter { $0.hasPrefix(path + "/") }.map {
            String($0.dropFirst(path.utf8.count + 1))
        }
        do { return Array(Set(own + (try backup.names(in: path) ?? []))) } catch {
            guard !own.isEmpty else { throw error }
            return own
        }
    }
}

extension FirstStart {
    /// Whether something stands at a path of this machine; nil where this user may not look.
    static func isHere(_ path: String) -> Bool? {
        do throws(SystemError) {
            _ = try FileStatus(following: path)
            return true
        } catch { return error.isAbsence ? false : nil }
    }
}

extension RestorePlanner {
    /// What the first start will do by the settings of the backup, or those that are put in their place.
    static func firstStart(
        of facts: BackupFacts, _ request: RestoreRequest
    ) throws(RestoreError) -> PlannedFirstStart {
        var settings = PlannedSettings(backup: facts.settings)
        for (path, bytes) in request.configuration?.files ?? [:] { settings.replaced[path] = bytes }
        if let file = request.settingsFile {
            settings.replaced[DataDirectory.settingsFile] = try UserFiles.read(file)
        }
        return PlannedFirstStart(settings, target: request.target)
    }
}
