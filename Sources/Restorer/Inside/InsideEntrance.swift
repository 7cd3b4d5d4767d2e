// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Files

/// As whom, and through which databases, a restored cluster may be asked: to be tried one after the other.
struct InsideEntrance: Sendable {
    var users: [String]
    var databases: [String]
    /// Of the one user, when the server asks for it.
    var password: Secret?

    private static let most = 8
    private static let fileLimit = 4 << 20

    /// As the user whose password the server wants, else as any superuser that the catalogue's file names.
    init(data: String, scripts: PostInitScripts?) {
        let databases = Self.entries(of: .databases, in: data).map(\.name)
        self.databases = Self.first(["postgres", "template1"] + databases.compactMap(Self.text))
        if let scripts, let password = scripts.password {
            (users, self.password) = ([scripts.user], password)
        } else {
            let roles = Self.entries(of: .roles, in: data).filter(\.mayDoAll).map(\.name)
            users = Self.first(roles.compactMap(Self.text) + ["postgres"])
        }
    }

    private static func text(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }

    private static func first(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return Array(names.filter { seen.insert($0).inserted }.prefix(most))
    }

    /// Empty where the files cannot be read: then only the usual names are tried.
    private static func entries(of catalogue: SharedCatalogue, in data: String) -> [SharedCatalogue.Entry] {
        guard let folder = try? FileDescriptor(folderItselfAt: data),
            let bytes = try? folder.content(of: PostgresFile.relationMap.rawValue),
            let node = (try? RelationMap.parse(bytes))?.fileNodes[catalogue.rawValue],
            let file = try? folder.content(of: "global/\(node)", limit: fileLimit)
        else { return [] }
        return catalogue.entries(of: file)
    }
}
