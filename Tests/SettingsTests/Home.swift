// SPDX-License-Identifier: Apache-2.0
import Settings
import TestKit

/// A home and a working directory with the files that a test puts there.
struct Home {
    let tree: FileTree

    init(_ files: [String: String] = [:]) throws {
        tree = try FileTree()
        for (name, text) in files { try tree.write(name, text: text) }
    }

    func load(
        _ environment: [String: String] = [:], _ options: SettingsOptions = SettingsOptions(),
        isRoot: Bool = false
    ) throws(SettingsError) -> Settings {
        try Settings.load(
            environment: environment, workingDirectory: "\(tree.path)/work", home: tree.path,
            options: options,
            isRoot: isRoot)
    }

    func s3(
        _ environment: [String: String] = [:], _ options: SettingsOptions = SettingsOptions()
    ) throws(SettingsError) -> S3Settings {
        try load(environment, options).s3()
    }
}
