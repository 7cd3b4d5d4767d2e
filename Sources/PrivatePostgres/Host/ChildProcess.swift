// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Files
import Glibc
import Subprocess
import SystemPackage
import Threads

/// A program that was started and that plain threads wait for.
///
/// The only place where this module meets swift-subprocess, which is asynchronous. No shell is involved, the
/// environment is exactly what the command says, and the program leads a process group of its own. Whoever
/// waits must be a thread of ours or the main one: swift-subprocess needs a free one of those that tasks
/// share.
final class ChildProcess: Sendable {
    struct Command: Sendable {
        /// The full path of the program, and its arguments.
        var words: [String]
        var environment: [String: String] = [:]
        var directory: String?
        /// A descriptor that becomes standard input and is closed here; nil for an empty one.
        var input: Int32?
        /// A file that takes standard output and standard error; it stays open here.
        var output: Int32
        /// A file that takes standard output alone, where that is wanted; it stays open here.
        var results: Int32?
    }

    private struct State {
        var identifier: pid_t?
        var startTime: UInt64?
        /// Nil on kernels that have none.
        var handle: ProcessHandle?
        var ending: ProgramEnding?
    }

    private let monitor = Monitor(State())

    /// Starts the program and returns when it runs, or when it is known that it does not.
    init(_ command: Command) {
        let monitor = monitor
        Task.detached {
            let ending = await Self.run(command) { process in
                monitor.withState {
                    $0.identifier = process.value
                    $0.startTime = ProcessStatus(process.value)?.startTime
                    $0.handle = try? ProcessHandle(sharing: process.processDescriptor)
                }
            }
            monitor.withState { ($0.ending, $0.handle) = (ending, nil) }
        }
        monitor.wait { $0.identifier != nil || $0.ending != nil ? () : nil }
    }

    /// Nil when the program could not be started.
    var identifier: pid_t? { monitor.withState { $0.identifier } }

    /// Nil while the program runs.
    var ending: ProgramEnding? { monitor.withState { $0.ending } }

    /// Waits for the end, calling `meanwhile` several times a second; nil when that asked to wait no longer.
    func wait(asLongAs meanwhile: () -> Bool = { true }) -> ProgramEnding? {
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
            if let handle = state.handle, handle.signal(number) { return }
            guard state.ending == nil, let identifier = state.identifier,
                ProcessStatus(identifier)?.startTime == state.startTime
            else { return }
            kill(identifier, number)
        }
    }

    /// Ends the program at once, with what it has started.
    ///
    /// It is asked to quit; the others are given no time.
    func endAtOnce() {
        let others = family.filter { $0.identifier != identifier }
        signal(SIGQUIT)
        for other in others where other.isRunning() { kill(other.identifier, SIGKILL) }
    }

    /// The program and what it has started; empty once it has ended.
    var family: [ProcessStatus] {
        ending == nil ? identifier.map(ProcessStatus.family(of:)) ?? [] : []
    }

    private static func variables(_ environment: [String: String]) -> [Environment.Key: String] {
        Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })
    }

    private static func input(of command: Command) throws -> SystemPackage.FileDescriptor {
        if let number = command.input { return SystemPackage.FileDescriptor(rawValue: number) }
        return try SystemPackage.FileDescriptor.open(FilePath("/dev/null"), .readOnly, options: .closeOnExec)
    }

    private static func run(_ command: Command, started: @Sendable (ProcessIdentifier) -> Void) async
        -> ProgramEnding
    {
        let output = SystemPackage.FileDescriptor(rawValue: command.output)
        guard let results = command.results.map({ SystemPackage.FileDescriptor(rawValue: $0) }) else {
            return await run(command, output, .combinedWithOutput, started)
        }
        let words = FileDescriptorOutput.fileDescriptor(output, closeAfterSpawningProcess: false)
        return await run(command, results, words, started)
    }

    private static func run(
        _ command: Command, _ output: SystemPackage.FileDescriptor, _ error: some ErrorOutputProtocol,
        _ started: @Sendable (ProcessIdentifier) -> Void
    ) async -> ProgramEnding {
        do {
            var options = PlatformOptions()
            options.processGroupID = 0
            let words = command.words
            let result = try await Subprocess.run(
                .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())),
                environment: .custom(Self.variables(command.environment)),
                workingDirectory: command.directory.map { FilePath($0) }, platformOptions: options,
                input: .fileDescriptor(try input(of: command), closeAfterSpawningProcess: true),
                output: .fileDescriptor(output, closeAfterSpawningProcess: false), error: error
            ) { execution in started(execution.processIdentifier) }
            switch result.terminationStatus {
            case .exited(let status): return .exited(status)
            case .signaled(let number): return .signalled(number)
            }
        } catch {
            return .notStarted("\(error)")
        }
    }
}
