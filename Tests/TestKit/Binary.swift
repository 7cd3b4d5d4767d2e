// SPDX-License-Identifier: Apache-2.0
import Foundation
public import Subprocess
import SystemPackage

/// The built `pg_backctl`, run as somebody at a shell would run it, with a home of its own.
///
/// Nothing of the environment of the person who runs the tests reaches it.
public struct Binary: Sendable {
    /// Beside the tests, whichever way they were built.
    public static let path: String = {
        let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return "\((tests ?? "").split(separator: "/").dropLast().map { "/" + $0 }.joined())/pg_backctl"
    }()

    /// HOME, with the history in it; also where the program is started.
    public let home: OwnedDirectory
    public var environment: [String: String]
    public var directory: String
    /// What starts the program in turn, such as `strace` or `setpriv`, with its arguments.
    public var wrapper: [String] = []

    public init() throws {
        home = try OwnedDirectory()
        directory = home.path
        environment = [
            "HOME": home.path, "XDG_STATE_HOME": "\(home.path)/state",
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        ]
    }

    /// Lets the program have a terminal of its own for all three streams, and shows on stdout what it gets.
    ///
    /// It does not tell how wide it is, unless `columns` says so.
    public mutating func useTerminal(columns: Int? = nil) {
        environment["TERM"] = "xterm"
        let script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
        wrapper = ["python3", "-c", script]
        guard let columns else { return }
        wrapper += ["sh", "-c", "stty cols \(columns) && exec \"$@\"", "sh"]
    }

    /// Where the history is when nobody says where it should be.
    public var history: String { "\(home.path)/state/pg_backctl/history.sqlite" }

    /// Runs the program to its end.
    @discardableResult
    public func callAsFunction(_ arguments: String..., input: String? = nil) async throws -> BinaryRun {
        try await run(arguments, input: input)
    }

    /// Runs the program to its end; `body` meanwhile may look at it and send it signals.
    @discardableResult
    public func run(
        _ arguments: [String], input: String? = nil,
        meanwhile body: (RunningBinary) async throws -> Void = { _ in }
    ) async throws -> BinaryRun {
        let words = wrapper + [Self.path] + arguments
        let keys = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        var failure: (any Error)?
        let result = try await Subprocess.run(
            words[0].hasPrefix("/") ? .path(FilePath(words[0])) : .name(words[0]),
            arguments: Arguments(Array(words.dropFirst())),
            environment: .custom(Dictionary(uniqueKeysWithValues: keys)),
            workingDirectory: FilePath(directory), input: .string(input ?? ""),
            output: .bytes(limit: 64 << 20), error: .bytes(limit: 64 << 20)
        ) { execution in
            let running = RunningBinary(pid: execution.processIdentifier.value) {
                try execution.send(signal: $0)
            }
            do { try await body(running) } catch {
                failure = error
                try? running.send(.kill)
            }
        }
        let run = BinaryRun(
            ending: result.terminationStatus, stdout: result.standardOutput, stderr: result.standardError)
        // What the program said may tell why.
        if let failure {
            throw ProgramFailed(
                command: words.joined(separator: " "), status: "\(failure)", output: "\(run)")
        }
        return run
    }
}

/// How a `pg_backctl` ended and what it printed.
public struct BinaryRun: Sendable, CustomStringConvertible {
    public let ending: TerminationStatus
    public let stdout: [UInt8]
    public let stderr: [UInt8]

    /// The exit status; -1 when a signal ended it.
    public var status: Int32 { if case .exited(let status) = ending { status } else { -1 } }
    public var output: String { String(decoding: stdout, as: UTF8.self) }
    public var errors: String { String(decoding: stderr, as: UTF8.self) }

    public var description: String { "\(ending)\n--- stdout\n\(output)--- stderr\n\(errors)" }

    /// The one JSON document that stdout must be.
    public func document<Document: Decodable>(_ type: Document.Type) throws -> Document {
        try JSONDecoder().decode(type, from: Data(stdout))
    }

    public func verification() throws -> VerificationDocument { try document(VerificationDocument.self) }
}
