// SPDX-License-Identifier: Apache-2.0

/// `-c` and `--hba` of `restore` may stand without the file that they take, which then is the one in `confs`.
enum RestoreArguments {
    private static let defaults = [
        "-c": "confs/postgresql.auto.conf", "--config": "confs/postgresql.auto.conf",
        "--hba": "confs/pg_hba.conf",
    ]

    /// The arguments with the files filled in; others are left as they are.
    static func completed(_ arguments: [String]) -> [String] {
        guard arguments.first == "restore" else { return arguments }
        var completed: [String] = []
        for (index, argument) in arguments.enumerated() {
            completed.append(argument)
            if argument == "--" { return completed + arguments[(index + 1)...] }
            guard let file = defaults[argument] else { continue }
            let next = arguments.dropFirst(index + 1).first
            if next == nil || next?.hasPrefix("-") == true { completed.append(file) }
        }
        return completed
    }
}
