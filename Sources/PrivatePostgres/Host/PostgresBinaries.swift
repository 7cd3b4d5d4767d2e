// SPDX-License-Identifier: Apache-2.0
import Glibc

/// PostgreSQL's programs of the major version that a backup needs.
public struct PostgresBinaries: Sendable, Equatable {
    /// A program of PostgreSQL's, by its file's name.
    public enum Program: String, Sendable, CaseIterable {
        case postgres
        case psql
        case combineBackup = "pg_combinebackup"
        case control = "pg_ctl"
        case amcheck = "pg_amcheck"
        case checksums = "pg_checksums"
    }

    /// Where they are.
    public let directory: String
    /// Their major version.
    public let major: Int

    /// The full path of a program.
    public func path(_ program: Program) -> String { "\(directory)/\(program.rawValue)" }

    /// Finds the directory whose `postgres` says that it is of version `major`.
    ///
    /// `--pg-bin` is `named`; nothing else is looked at when it is given. `search` are the folders of PATH.
    /// Every program of `needed` must be there, and `launcher` be able to run them.
    public static func find(
        major: Int, named: String?, search: [String], launcher: Launcher, needed: [Program] = [.postgres]
    ) throws(PrivatePostgresError) -> PostgresBinaries {
        let places =
            named.map { [Programs.absolute($0)] } ?? usualPlaces(major) + search.filter { $0.hasPrefix("/") }
        var notes: [String] = []
        for place in places where Programs.isExecutable("\(place)/postgres") {
            switch version(in: place, launcher) {
            case .success(let found) where found == major:
                return try PostgresBinaries(directory: place, major: major).check(needed)
            case .success(let found): notes.append("version \(found) in '\(place)'")
            case .failure(let reason): notes.append("'\(place)/postgres' did not run: \(reason.text)")
            }
        }
        let found = notes.isEmpty ? "none was found" : "found was " + notes.joined(separator: ", ")
        throw .commandNotFound(
            "the programs of PostgreSQL \(major) are needed, and \(found)",
            hint: "looked in \(places.joined(separator: ", ")); name their folder after --pg-bin, "
                + "or leave recovery to the first start with --no-start.")
    }

    /// Where a system that names its folders by the version has the programs of this one; runs none of them.
    ///
    /// Nil where there is no such folder with all of `needed` in it.
    public static func usualDirectory(of major: Int, with needed: [Program]) -> String? {
        usualPlaces(major).filter { $0.contains("\(major)") }.first { place in
            needed.allSatisfy { Programs.isExecutable("\(place)/\($0.rawValue)") }
        }
    }

    private func check(_ needed: [Program]) throws(PrivatePostgresError) -> PostgresBinaries {
        let missing = needed.map(path).filter { !Programs.isExecutable($0) }
        guard missing.isEmpty else {
            throw .commandNotFound(
                "'\(missing.joined(separator: "', '"))' was not found",
                hint: "install what is missing of PostgreSQL \(major), or name another folder after --pg-bin."
            )
        }
        return self
    }

    private struct Reason: Error { var text: String }

    private static func version(in directory: String, _ launcher: Launcher) -> Result<Int, Reason> {
        let (ending, text) = Programs.output(launcher.words("\(directory)/postgres", ["--version"]))
        guard ending == .exited(0), let major = major(ofVersion: text) else {
            let said = text.split(separator: "\n").first.map(String.init)
            return .failure(Reason(text: said ?? ending.map { "\($0)" } ?? "it took too long"))
        }
        return .success(major)
    }

    /// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, or with `19devel` for the number.
    static func major(ofVersion text: String) -> Int? {
        guard let match = text.prefixMatch(of: /postgres \(PostgreSQL\) (\d+)/) else { return nil }
        return Int(match.1)
    }

    /// Where distributions and PostgreSQL's own packages put a version.
    private static func usualPlaces(_ major: Int) -> [String] {
        [
            "/usr/lib/postgresql/\(major)/bin", "/usr/pgsql-\(major)/bin", "/usr/lib/postgresql\(major)/bin",
            "/usr/libexec/postgresql\(major)", "/usr/lib64/postgresql-\(major)/bin",
            "/usr/local/pgsql-\(major)/bin", "/usr/local/pgsql/bin", "/opt/postgresql/\(major)/bin",
            "/opt/postgresql-\(major)/bin", "/opt/bitnami/postgresql/bin", "/usr/local/bin",
        ]
    }
}
