// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// Programs on this machine.
enum Programs {
    static func find(_ name: String, in folders: [String]) -> String? {
        folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// Without links and from the root on; as it is where nothing is there.
    static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o111 != 0
    }

    static func succeeds(_ words: [String]) -> Bool {
        output(words).ending == .exited(0)
    }

    /// Runs a program that is done in no time and says little; at most 10 seconds and the first 4 KiB.
    static func output(_ words: [String]) -> (ending: ProgramEnding?, text: String) {
        var path = Array("/tmp/pg_backctl-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { return (.notStarted("/tmp: \(SystemError.last.text)"), "") }
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            close(descriptor)
            unlink(name)
        }
        let environment = ["LC_ALL": "C"]
        let process = ChildProcess(.init(words: words, environment: environment, output: descriptor))
        let deadline = ContinuousClock.now + .seconds(10)
        let ending = process.wait { ContinuousClock.now < deadline }
        if ending == nil {
            process.signal(SIGKILL)
            _ = process.wait()
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return (ending, String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self))
    }
}
