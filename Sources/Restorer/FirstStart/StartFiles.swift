// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import PrivatePostgres

/// The files of a data directory that is put together which its first start reads.
struct StartFiles {
    /// Where it is now; an absolute path.
    let data: String
    let owner: ServerOwner

    /// Puts the files of a configuration in, in the place of those that are there.
    func bring(_ folder: ConfigurationFolder) throws(RestoreError) {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            let directory = try OwnedFolder(data, owner: owner)
            for (path, bytes) in folder.files.sorted(by: { $0.key < $1.key }) {
                let parts = path.split(separator: "/").map(String.init)
                guard parts.count > 1 else {
                    try directory.write(bytes, to: path)
                    continue
                }
                try directory.makeFolder(parts[0])
                try OwnedFolder("\(data)/\(parts[0])", owner: owner).write(bytes, to: parts[1])
            }
        }
    }

    /// Those without which PostgreSQL does not start and that are not there.
    func missing(besides configuration: ServerConfiguration) throws(RestoreError) -> [MinimalConfiguration] {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            let directory = try OwnedFolder(data, owner: owner)
            return try MinimalConfiguration.missing(configuration) { (name) throws(PrivatePostgresError) in
                try directory.holds(name)
            }
        }
    }

    /// Makes them from what this `pg_control` asks for; says which.
    func make(_ missing: [MinimalConfiguration], _ control: ControlFile) throws(RestoreError) -> [String] {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            let directory = try OwnedFolder(data, owner: owner)
            for file in missing { try directory.write(Array(file.text(control).utf8), to: file.rawValue) }
        }
        return missing.map(\.rawValue)
    }
}
