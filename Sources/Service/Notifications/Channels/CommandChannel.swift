// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Files
import Subprocess
import SystemPackage
import Threads

/// Starts a program for each message, which stands on its standard input as JSON.
///
/// No shell reads the words. The program gets nothing of our environment but a PATH, and leads a process group of
/// its own that is ended with it when its time is over. Whoever delivers must be a thread of ours or the main one.
public struct CommandChannel: Channel {
    /// By which `status` and metrics know it: `command`, or `command-2` for the second one.
    public let name: String
    /// What the program is started for; no other message is kept for it.
    public let occasions: Set<Message.Occasion>
    private let words: [String]
    private let seconds: Double
    private let cancellation: Cancellation

    /// `words` begin with the full path of the program; `seconds` is how long it may take, `cancellation` ends it before.
    public init(
        name: String, occasions: Set<Message.Occasion>, words: [String], seconds: Double = 30,
        cancellation: Cancellation = Cancellation()
    ) {
        (self.name, self.occasions, self.words) = (name, occasions, words)
        (self.seconds, self.cancellation) = (seconds, cancellation)
    }

    /// Returns when the program has ended with status 0; throws for any other end, and when its time is over.
    public func deliver(_ message: Message) throws(DeliveryError) {
        guard let program = words.first, program.hasPrefix("/") else {
            throw DeliveryError("the program is not named by its full path")
        }
        let document = try MessageDocument(message).bytes() + [UInt8(ascii: "\n")]
        try Self.judge(wait(try Self.input(document)), program, seconds)
    }

    /// A file: a program that does not read leaves nobody waiting at the other end of a pipe.
    private static func input(_ document: [UInt8]) throws(DeliveryError) -> Int32 {
        do throws(SystemError) {
            return try Files.FileDescriptor(unnamedIn: "/tmp", holding: document).givenNumber()
        } catch {
            throw DeliveryError("its standard input could not be written: \(error.text)")
        }
    }

    private enum Ending: Sendable {
        case exited(Int32)
        case signalled(Int32)
        case timeIsUp
        case stopped
        case notStarted
    }

    private static func judge(_ ending: Ending, _ program: String, _ seconds: Double) throws(DeliveryError) {
        switch ending {
        case .exited(0): return
        case .exited(let status): throw DeliveryError("'\(program)' ended with status \(status)")
        case .signalled(let number): throw DeliveryError("'\(program)' was ended by signal \(number)")
        case .timeIsUp:
            throw DeliveryError("'\(program)' took more than \(Units.duration(seconds)) and was ended")
        case .stopped: throw DeliveryError("'\(program)' was ended, as we are")
        case .notStarted:
            throw DeliveryError(
                "'\(program)' could not be started", hints: ["is it there, and may this user run it?"])
        }
    }

    /// swift-subprocess is asynchronous, whoever delivers is a thread.
    private func wait(_ input: Int32) -> Ending {
        let monitor = Monitor<Ending?>(nil)
        let (words, seconds, cancellation) = (words, seconds, cancellation)
        Task.detached {
            let ending = await Self.run(words, input, seconds, cancellation)
            monitor.withState { $0 = ending }
        }
        return monitor.wait { $0 }
    }

    private static func run(
        _ words: [String], _ input: Int32, _ seconds: Double, _ cancellation: Cancellation
    ) async -> Ending {
        await withTaskGroup(of: Ending.self) { group in
            group.addTask { await start(words, input) }
            group.addTask { await patience(seconds, cancellation) }
            let first = await group.next() ?? .notStarted
            // Ends the program if that still runs, and all of its group.
            group.cancelAll()
            return first
        }
    }

    /// Returns when nobody waits any longer.
    private static func patience(_ seconds: Double, _ cancellation: Cancellation) async -> Ending {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds(seconds))
        while clock.now < end && !Task.isCancelled {
            if cancellation.isRequested { return .stopped }
            try? await clock.sleep(until: min(end, clock.now.advanced(by: .milliseconds(100))))
        }
        return .timeIsUp
    }

    private static func start(_ words: [String], _ input: Int32) async -> Ending {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
        ]
        do {
            let result = try await Subprocess.run(
                .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())),
                environment: .custom([
                    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                    "LC_ALL": "C.UTF-8",
                ]),
                platformOptions: options,
                input: .fileDescriptor(
                    SystemPackage.FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
                output: .discarded, error: .discarded)
            switch result.terminationStatus {
            case .exited(let status): return .exited(status)
            case .signaled(let number): return .signalled(number)
            }
        } catch {
            return .notStarted
        }
    }
}
