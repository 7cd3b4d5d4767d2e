// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Glibc
import Subprocess
import SystemPackage
import Threads

/// A program that was started and that plain threads wait for.
///
/// The only place where this module meets swift-subprocess, which is asynchronous. No shell is involved, the
/// environment is exactly what the command says, and the program leads a process group of its own.
final class ChildProcess: Sendable {
    struct Command: Sendable {
        /// The full path of the program, and its arguments.
        var words: [String]
        var environment: [String: String] = [:]
        var directory: String?
        /// A descriptor that becomes standard input and is closed here; nil for an empty one.
        var input: Int32?
        /// The file that takes standard output and standard error; it must be there.
        var output: String
    }

    enum Ending: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
        case notStarted(String)
    }

    private struct State {
        var identifier: pid_t?
        var startTime: UInt64?
        var ending: Ending?
    }

    private let monitor = Monitor(State())

    /// Starts the program and returns when it runs, or when it is known that it does not.
    init(_ command: Command) {
        let monitor = monitor
        Task.detached(executorPreference: OwnThreadExecutor.shared) {
            let ending = await Self.run(command) { identifier in
                monitor.withState {
                    $0.identifier = identifier
                    $0.startTime = ProcessStatus(identifier)?.startTime
                }
            }
            monitor.withState { $0.ending = ending }
        }
        monitor.wait { $0.identifier != nil || $0.ending != nil ? () : nil }
    }

    /// Nil when the program could not be started.
    var identifier: pid_t? { monitor.withState { $0.identifier } }

    /// Nil while the program runs.
    var ending: Ending? { monitor.withState { $0.ending } }

    /// Waits for the end, calling `meanwhile` several times a second; nil when that asked to wait no longer.
    func wait(asLongAs meanwhile: () -> Bool = { true }) -> Ending? {
        var pause: UInt32 = 2_000
        while true {
            if let ending { return ending }
            guard meanwhile() else { return nil }
            usleep(pause)
            pause = min(pause * 2, 100_000)
        }
    }

    /// Sends a signal to the program alone; does nothing when it has ended.
    func signal(_ number: Int32) {
        monitor.withState { state in
            guard state.ending == nil, let identifier = state.identifier,
                ProcessStatus(identifier)?.startTime == state.startTime
            else { return }
            kill(identifier, number)
        }
    }

    private static func run(_ command: Command, started: @Sendable (pid_t) -> Void) async -> Ending {
        do {
            var options = PlatformOptions()
            options.processGroupID = 0
            let words = command.words
            let input =
                try command.input.map { FileDescriptor(rawValue: $0) }
                ?? FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec)
            let output = try FileDescriptor.open(
                FilePath(command.output), .writeOnly, options: [.append, .closeOnExec, .noFollow])
            let result = try await Subprocess.run(
                .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())),
                environment: .custom(command.environment.map { Array("\($0)=\($1)".utf8) }),
                workingDirectory: command.directory.map { FilePath($0) }, platformOptions: options,
                input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .fileDescriptor(output, closeAfterSpawningProcess: true),
                error: .combinedWithOutput
            ) { execution in started(execution.processIdentifier.value) }
            switch result.terminationStatus {
            case .exited(let status): return .exited(status)
            case .signaled(let number): return .signalled(number)
            }
        } catch {
            return .notStarted("\(error)")
        }
    }
}
