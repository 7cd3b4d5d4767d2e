// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// Programs on this machine.
package enum Programs {
    static func find(_ name: String, in folders: [String]) -> String? {
        folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// Without links and from the root on; as it is where nothing is there.
    static func absolute(_ path: String) -> String {
        (try? RealPath.of(path.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? path
    }

    static func isExecutable(_ path: String) -> Bool {
        guard let status = try? FileStatus(following: path) else { return false }
        return status.kind == .file && status.mode & 0o111 != 0
    }

    static func succeeds(_ words: [String]) -> Bool {
        output(words).ending == .exited(0)
    }

    /// Runs a program that is done in no time and says little; at most 10 seconds and the first 4 KiB.
    package static func output(
        _ words: [String], _ environment: [String: String] = [:]
    ) -> (ending: ProgramEnding?, text: String) {
        let output: FileDescriptor
        do { output = try FileDescriptor(unnamedIn: "/tmp") } catch {
            return (.notStarted("/tmp: \(error.text)"), "")
        }
        let process = ChildProcess(
            .init(
                words: words, environment: environment.merging(["LC_ALL": "C"]) { $1 },
                // Who it runs as need not be let into the directory that this process is in.
                directory: "/", output: output.lentNumber))
        let deadline = ContinuousClock.now + .seconds(10)
        let ending = process.wait { ContinuousClock.now < deadline }
        if ending == nil {
            process.signal(SIGKILL)
            _ = process.wait()
        }
        return (ending, String(decoding: start(of: output), as: UTF8.self))
    }

    private static func start(of file: borrowing FileDescriptor) -> [UInt8] {
        let buffer = PageBuffer(size: 4096)
        guard let count = try? file.read(at: 0, limit: buffer.size, into: buffer) else { return [] }
        return buffer.copy(count)
    }
}
