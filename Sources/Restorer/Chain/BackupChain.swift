// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import PrivatePostgres

/// The data directories of a chain of incremental backups, each proven and written by itself, and the one that
/// `pg_combinebackup` makes of them.
///
/// PostgreSQL's own program does it: it knows which blocks of which version go where. What it reads was proven
/// just before.
struct BackupChain {
    /// One of the chain: its data directory, and where its tablespaces lie beside it.
    struct Link {
        var data: String
        var tablespaces: [UInt32: String]

        var folders: [String] { [data] + tablespaces.values.sorted() }
    }

    let links: [Link]
    let host: ThisMachine
    /// What the program may write to, where that is held.
    let writable: [String]

    /// Makes the data directory at `result` and its tablespaces; they must be empty.
    ///
    /// `scratch` is a folder for the program's output, whose lines go to `saying`. The program is started in
    /// `result`, where `LeftoverProgram` looks for it.
    func combine(
        into result: Link, scratch: String, cancellation: Cancellation, saying: (String) -> Void = { _ in }
    ) throws(RestoreError) {
        for link in links { try removeMap(in: link.data) }
        let end = try RestoreError.translating { () throws(PrivatePostgresError) in
            try ProgramRun(on: host).run(
                .combineBackup, arguments(result), in: result.data, log: "\(scratch)/pg_combinebackup.log",
                writing: writable, seeing: links.flatMap(\.folders), cancellation: cancellation)
        }
        end.lines.forEach(saying)
        guard end.ending == .exited(0) else { throw failure(end, result) }
    }

    /// Hard links save the copies where the program can make them, and all lies in one file system.
    private func arguments(_ result: Link) -> [String] {
        let last = links[links.count - 1]
        let maps = last.tablespaces.sorted { $0.key < $1.key }.flatMap { identifier, path in
            result.tablespaces[identifier].map { ["-T", "\(Self.escaped(path))=\(Self.escaped($0))"] } ?? []
        }
        let mode = host.major >= 18 && maps.isEmpty ? ["--link"] : []
        return mode + ["--no-sync", "-o", result.data] + maps + links.map(\.data)
    }

    /// In `-T OLD=NEW` an equals sign of a path follows a backslash (`parse_tablespace_mapping`).
    private static func escaped(_ path: String) -> String { path.replacing("=", with: "\\=") }

    /// Its paths are those of the machine that was backed up, and the links are there.
    private func removeMap(in data: String) throws(RestoreError) {
        do throws(SystemError) { try FileDescriptor(folderAt: data).remove("tablespace_map".utf8) } catch {
            throw .failed("removing", "\(data)/tablespace_map", error)
        }
    }

    private func failure(_ end: ProgramRun.Result, _ result: Link) -> RestoreError {
        let said = end.lines.last { $0.contains("error:") } ?? end.lines.last ?? "\(end.ending)"
        if said.contains("No space left on device") {
            return .noSpace(result.data, needed: "more for putting the chain together", available: said)
        }
        return .failed(
            "pg_combinebackup", reason: said,
            hint: "do all backups of the chain verify? then its own words above say more.")
    }
}
