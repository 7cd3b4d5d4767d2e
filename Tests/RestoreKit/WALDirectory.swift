// SPDX-License-Identifier: Apache-2.0
import Foundation
public import PrivatePostgres
public import TestKit

/// An archive of WAL in a directory, and the command that reads it.
public struct WALDirectory: Sendable {
    public let path: String
    public let command: RestoreCommand

    /// The settings of a cluster that fills the archive at `path`.
    public static func settings(_ path: String) -> [String] {
        ["archive_mode = on", "archive_command = 'cp %p \(path)/%f'"]
    }

    /// With a program whose name needs quoting, in a directory that the server may enter.
    public init(_ path: String, for cluster: PostgresCluster) throws {
        self.path = path
        let program = "\(try cluster.makeDirectory("pro 100%f's"))/fetch"
        try Data("#!/bin/sh\nexec cp \"$1/$2\" \"$3\"\n".utf8).write(to: URL(filePath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        command = RestoreCommand(program: program, arguments: [path], needsNetwork: false)
    }
}
