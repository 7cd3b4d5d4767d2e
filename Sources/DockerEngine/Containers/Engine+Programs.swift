// SPDX-License-Identifier: Apache-2.0

/// A program to be run in a container that runs already.
public struct ContainerProgram: Sendable, Equatable {
    /// The program and its arguments.
    public var words: [String]
    /// `NAME`, `NAME:GROUP` or numbers; nil for the container's.
    public var user: String?
    /// Besides the container's.
    ///
    /// Everybody who may ask the engine can read it: no secrets.
    public var environment: [String: String]
    /// Nil for the container's.
    public var workingDirectory: String?

    /// `words` begin with the program; what is not told is the container's own.
    public init(
        _ words: [String], user: String? = nil, environment: [String: String] = [:],
        workingDirectory: String? = nil
    ) {
        (self.words, self.user) = (words, user)
        (self.environment, self.workingDirectory) = (environment, workingDirectory)
    }
}

/// How a program in a container ended, and what it wrote.
public struct ContainerProgramEnd: Sendable, Equatable {
    /// 0 for success, 128 and more for a signal; 126 and 127 when it could not be started, with the engine's reason among
    /// its output.
    public var status: Int
    /// What it wrote, up to the limit.
    public var output: KeptOutput
}

extension Engine {
    /// Runs a program in a container, waits for its end and keeps what it writes, up to `limit` bytes of each stream.
    ///
    /// It gets no input. An exit status other than 0 is no error. An engine has no way to end such a program: it goes on
    /// when this call is interrupted, until its container ends.
    public func run(
        _ program: ContainerProgram, in container: String, limit: Int = 1 << 20
    ) throws(EngineError) -> ContainerProgramEnd {
        var kept = KeptOutput(limit: limit)
        let status = try run(program, in: container) { stream, bytes in
            kept.receive(stream, bytes)
            return true
        }
        return ContainerProgramEnd(status: status, output: kept)
    }

    /// The same, handing on what the program writes as it comes, until `body` returns false; returns the exit status.
    ///
    /// A program that is left in that way may go on.
    ///
    /// - Throws: `.conflict` when it still runs after that.
    public func run(
        _ program: ContainerProgram, in container: String, _ body: (OutputStream, RawSpan) -> Bool
    ) throws(EngineError) -> Int {
        let step = "running '\((program.words.first ?? "").printable)' in container '\(container)'"
        let new = EngineCall(
            .post, ["containers", .name(container), "exec"], step: step, of: (.container, container))
        let id = try channel.ask(new.with(json: NewProgram(program)), for: Made.self).id
        let start = EngineCall(.post, ["exec", .name(id), "start"], step: step, of: (.program, id))
        try channel.frames(start.with(json: Attached()).with(patience: 0), body)
        // The stream ends with its connection, so that only this tells an end from a loss.
        let look = EngineCall(.get, ["exec", .name(id), "json"], step: step, of: (.program, id))
        return try channel.ask(look, for: ProgramAnswer.self).status(step)
    }
}

private struct NewProgram: Encodable {
    private let program: ContainerProgram

    init(_ program: ContainerProgram) { self.program = program }

    private enum Key: String, CodingKey {
        case words = "Cmd"
        case user = "User"
        case environment = "Env"
        case workingDirectory = "WorkingDir"
        case showsOutput = "AttachStdout"
        case showsErrors = "AttachStderr"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(program.words, forKey: .words)
        try values.encodeIfPresent(program.user, forKey: .user)
        try values.encode(program.environment.map { "\($0.key)=\($0.value)" }.sorted(), forKey: .environment)
        try values.encodeIfPresent(program.workingDirectory, forKey: .workingDirectory)
        try values.encode(true, forKey: .showsOutput)
        try values.encode(true, forKey: .showsErrors)
    }
}

/// Both streams in one, told apart by frames.
private struct Attached: Encodable {
    var isDetached = false
    var isTerminal = false

    enum CodingKeys: String, CodingKey {
        case isDetached = "Detach"
        case isTerminal = "Tty"
    }
}

private struct ProgramAnswer: Decodable {
    var isRunning: Bool
    var exitCode: Int?

    enum CodingKeys: String, CodingKey {
        case isRunning = "Running"
        case exitCode = "ExitCode"
    }

    func status(_ step: String) throws(EngineError) -> Int {
        guard !isRunning, let exitCode else { throw .conflict(step, reason: "it has not ended") }
        return exitCode
    }
}
