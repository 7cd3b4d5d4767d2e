// SPDX-License-Identifier: Apache-2.0
import Glibc
import ObjectStore
import Restorer

extension Application {
    /// The archive of `--wal-archive`, reached with the options and keys of the backup's store.
    func walSource(_ verb: RestoreVerb, _ options: StoreOptions) throws -> WALSource? {
        guard let location = verb.recovery.walArchive else { return nil }
        return WALSource(
            try store(archiveOptions(location, options), jobs: 4), executable: try Executable.path,
            allowsUnfinished: verb.recovery.allowUnfinished)
    }
}

/// This program as a file.
enum Executable {
    static var path: String {
        get throws {
            guard let resolved = realpath("/proc/self/exe", nil) else {
                throw CommandError.usage(
                    "this program's own file cannot be found", hint: "is /proc mounted?")
            }
            defer { free(resolved) }
            return String(cString: resolved)
        }
    }
}

extension Paths {
    /// A store's location as it holds from every working directory.
    static func location(_ location: String) -> String {
        location.hasPrefix("s3://") ? location : absolute(location)
    }
}

extension StoreOptions {
    /// The options as words, for a command that outlives this one; never a key, which others could read.
    var wordsWithoutKeys: [String] {
        var words: [String] = []
        for (name, value) in [
            ("--endpoint", endpoint), ("--region", region), ("--profile", profile),
            ("--ca-file", caFile.map(Paths.absolute)),
            ("--sse-customer-key-file", sseCustomerKeyFile.map(Paths.absolute)),
        ] {
            if let value { words += [name, value] }
        }
        if addressing != .automatic { words += ["--addressing", addressing.rawValue] }
        if noSignRequest { words.append("--no-sign-request") }
        if requestPayer { words.append("--request-payer") }
        return words
    }
}
