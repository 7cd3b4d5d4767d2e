// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import PrivatePostgres

/// Asks the server of a restored cluster what is inside: one question at a time, each with a time limit, and nothing is
/// changed or loaded.
struct InsideLook {
    let server: ServerConnection
    let entrance: InsideEntrance
    let settings: StartSettings
    let majorVersion: Int
    let cancellation: Cancellation
    /// How long all of it may take; what is not looked at by then is told.
    var limit = Duration.seconds(600)

    /// Throws only when it was interrupted; `onDatabase` is told which of how many is looked at.
    func look(_ onDatabase: (Int, Int) -> Void) throws(RestoreError) -> InsideView {
        var view = InsideView()
        let deadline = ContinuousClock.now + limit
        guard let door = try door(&view) else { return view }
        try readDatabases(door, &view)
        try readTablespaces(door, &view)
        try readSettings(door, &view)
        let asked = view.databases.indices.filter { view.databases[$0].isToBeAsked }
        for (count, index) in asked.enumerated() {
            guard ContinuousClock.now < deadline else {
                view.databases[index].admission = .unknown("there was no time left for it")
                continue
            }
            onDatabase(count + 1, asked.count)
            try readDatabase(at: index, as: door.user, &view)
        }
        return view
    }

    /// A user and a database by which it can be asked.
    private struct Door {
        var user, database: String
    }

    // MARK: Finding a door

    private func door(_ view: inout InsideView) throws(RestoreError) -> Door? {
        var refusals: [(database: String, words: String)] = []
        for user in entrance.users {
            for database in entrance.databases {
                switch try ask("SELECT 1", Door(user: user, database: database)) {
                case .success: return Door(user: user, database: database)
                case .failure(.notAdmitted(let words)) where Self.isAboutUser(words): break
                case .failure(.notAdmitted(let words)): refusals.append((database, words))
                case .failure(let error):
                    view.troubles.append(error.message)
                    // Without psql there is nobody to ask.
                    if case .failed = error { return nil }
                }
            }
        }
        tell(refusals, &view)
        return nil
    }

    private static func isAboutUser(_ words: String) -> Bool {
        words.hasPrefix("role ") || words.contains("authentication")
    }

    /// None lets anybody in: what was tried is then all that is known.
    private func tell(_ refusals: [(database: String, words: String)], _ view: inout InsideView) {
        let there = refusals.filter { !$0.words.hasSuffix("does not exist") }
        for (database, words) in there
        where !view.databases.contains(where: { $0.name == ObjectName(database) }) {
            view.databases.append(
                InsideView.Database(
                    identifier: 0, name: ObjectName(database), allowsConnections: true, isInvalid: false,
                    hasFiles: true, admission: .refused(words)))
        }
        if there.isEmpty, view.troubles.isEmpty {
            view.troubles.append("no superuser that may log in is known")
        }
    }

    // MARK: Asking

    private func readDatabases(_ door: Door, _ view: inout InsideView) throws(RestoreError) {
        guard let rows = try rows(InsideStatements.databases(majorVersion), door, &view) else { return }
        view.databases = rows.compactMap(InsideView.Database.init)
        if view.databases.count < rows.count {
            view.troubles.append("pg_database has rows that make no sense")
        }
        guard majorVersion >= 15,
            let versions = try self.rows(InsideStatements.databaseCollations, door, &view)
        else { return }
        for row in versions where row.count == 3 {
            guard let index = view.databases.firstIndex(where: { "\($0.identifier)" == row[0] }) else {
                continue
            }
            (view.databases[index].recordedCollation, view.databases[index].collationHere) = (row[1], row[2])
        }
    }

    private func readTablespaces(_ door: Door, _ view: inout InsideView) throws(RestoreError) {
        let rows = try rows(InsideStatements.tablespaces, door, &view) ?? []
        view.tablespaces = rows.compactMap(InsideView.Tablespace.init)
        if view.tablespaces.count < rows.count {
            view.troubles.append("pg_tablespace has rows that make no sense")
        }
    }

    private func readDatabase(
        at index: Int, as user: String, _ view: inout InsideView
    ) throws(RestoreError) {
        let name = view.databases[index].name
        guard let text = name.utf8Text else {
            return view.databases[index].admission = .unknown("its name is no UTF-8")
        }
        let door = Door(user: user, database: text)
        switch try ask(InsideStatements.collations, door) {
        case .success(let rows):
            view.databases[index].admission = .admitted
            let names = rows.rows.compactMap { InsideStatements.name($0.first ?? nil) }
            view.collations.append(.init(database: name, names: names))
        case .failure(.notAdmitted(let words)): return view.databases[index].admission = .refused(words)
        case .failure(let error): view.databases[index].admission = .unknown(error.message)
        }
        let libraries = InsideStatements.missingLibraries(in: settings.folders)
        for row in try rows(libraries, door, &view) ?? [] {
            guard let path = InsideStatements.name(row.first ?? nil) else { continue }
            view.libraries.append(.init(path: path, user: "database '\(name)'"))
        }
    }

    // MARK: What the settings need

    private func readSettings(_ door: Door, _ view: inout InsideView) throws(RestoreError) {
        let rows = try rows(InsideStatements.sessionLibraries, door, &view) ?? []
        let others = rows.compactMap { InsideStatements.name($0.first ?? nil)?.utf8Text }.flatMap(
            Self.libraries(ofSetting:))
        let wanted = settings.libraries + others
        if !wanted.isEmpty {
            let names = InsideStatements.missing(wanted.map(\.name), in: settings.folders)
            let missing = Set(
                (try self.rows(names, door, &view) ?? []).compactMap {
                    InsideStatements.name($0.first ?? nil)
                })
            view.libraries += wanted.filter { missing.contains(ObjectName($0.name)) }
                .map { .init(path: ObjectName($0.name), user: $0.user) }
        }
        for locale in settings.locales {
            let answer = try ask(InsideStatements.trying(locale: locale.value), door)
            guard case .failure(.refused(sqlState: "22023")) = answer else { continue }
            view.locales.append(.init(setting: locale.setting, value: ObjectName(locale.value)))
        }
    }

    /// Of a setting of a database or a role, as `NAME=VALUE`.
    private static func libraries(ofSetting text: String) -> [StartSettings.Library] {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { return [] }
        let name = String(parts[0])
        return StartSettings.libraries(of: name, String(parts[1]), user: "\(name) of a database or role")
    }

    /// Nil when the question failed, which is told.
    private func rows(
        _ statement: String, _ door: Door, _ view: inout InsideView
    ) throws(RestoreError) -> [[String?]]? {
        switch try ask(statement, door) {
        case .success(let rows): return rows.rows
        case .failure(let error):
            view.troubles.append("in database '\(ObjectName(door.database))': \(error.message)")
            return nil
        }
    }

    private func ask(_ statement: String, _ door: Door) throws(RestoreError) -> Result<QueryRows, QueryError>
    {
        do throws(PrivatePostgresError) {
            var client = try PostgresClient(
                server, user: door.user, database: door.database, password: entrance.password)
            // Whoever has to show a password need not be a superuser.
            client.session.isSuperuser = entrance.password == nil
            do throws(QueryError) {
                return .success(try client.query(statement, cancellation: cancellation))
            } catch {
                if case .interrupted(let status) = error { throw .interrupted(status) }
                return .failure(error)
            }
        } catch { throw RestoreError(error) }
    }
}
