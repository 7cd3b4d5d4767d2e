// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// The configuration of a server that keeps it outside of its data directory, as in `/etc/postgresql/VERSION/NAME` on Debian.
///
/// It is read once, before anything is written, and nothing that lies outside of the folder is, not through a link either.
public struct ConfigurationFolder: Sendable, Equatable {
    /// Absolute.
    public let path: String
    /// What goes into the data directory, by paths there: a name, or a folder and a name.
    let files: [String: [UInt8]]

    private static let main = "postgresql.conf"
    /// Those that Debian has beside it.
    private static let others = ["pg_hba.conf", "pg_ident.conf", "environment", "pg_ctl.conf", "start.conf"]
    /// Its files are taken whether they are included or not.
    private static let folder = "conf.d"

    /// Reads the files that Debian has there, and those ending in `.conf` that they include.
    ///
    /// Throws `configurationMissing` without a `postgresql.conf`, and `usage` for a link that leads out, for what is no
    /// file and for what is too large.
    public init(_ path: String) throws(RestoreError) {
        let reader = try ConfigurationReader(path)
        guard try reader.file(Self.main) != nil else { throw .configurationMissing("\(path)/\(Self.main)") }
        for name in Self.others { _ = try reader.file(name) }
        for name in try reader.settings(in: Self.folder) ?? [] {
            _ = try reader.file("\(Self.folder)/\(name)")
        }
        do { _ = try ServerConfiguration(reader) } catch let error as RestoreError { throw error } catch {
            throw .failed(
                "reading the settings in '\(path)'", reason: "\(error)", hint: "please report this.")
        }
        (self.path, files) = (path, reader.files)
    }

    /// The paths of what is brought, in the order of their bytes.
    public var names: [String] { files.keys.sorted() }
}
