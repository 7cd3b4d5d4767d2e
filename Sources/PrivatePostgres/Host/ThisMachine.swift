// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Files

/// PostgreSQL's programs on this machine, started as the server's owner.
public struct ThisMachine: CommandHost {
    private let binaries: PostgresBinaries
    private let launcher: Launcher
    private let confinement: Confinement?
    /// What holds all of PostgreSQL's programs; nil for those that may do what their user may.
    private let isolation: Isolation?

    /// `confinement` holds programs to what they may write to; nil leaves that to their user's rights.
    public init(_ binaries: PostgresBinaries, _ launcher: Launcher, confinement: Confinement? = nil) {
        (self.binaries, self.launcher, self.confinement) = (binaries, launcher, confinement)
        isolation = nil
    }

    /// With `isolation` holding everything that runs but the user's own commands.
    public init(_ binaries: PostgresBinaries, _ launcher: Launcher, isolation: Isolation) {
        (self.binaries, self.launcher, self.isolation) = (binaries, launcher, isolation)
        confinement = nil
    }

    /// As whom the launcher starts all programs; never root.
    public var owner: ServerOwner { launcher.owner }
    /// The major version of its programs, such as 18.
    public var major: Int { binaries.major }

    /// Whether a file of its name can be executed in the directory of the binaries.
    public func has(_ program: PostgresBinaries.Program) -> Bool {
        Programs.isExecutable(binaries.path(program))
    }

    /// Starts it in `/`, outside of what isolates PostgreSQL's programs; throws when its log cannot be made.
    public func start(_ command: CommandStart) throws(PrivatePostgresError) -> any RunningProgram {
        let output = try OutputTail(command.log)
        let words = launcher.words(command.words[0], Array(command.words.dropFirst()))
        let process = ChildProcess(
            .init(
                words: words, environment: command.environment, directory: "/", output: output.descriptor))
        return LocalProgram(process, output, nil)
    }

    /// Holds it to what it may write to, or isolates it, as this host was made; throws when its log cannot be made.
    public func start(
        _ program: ProgramStart, reading input: consuming FileDescriptor?
    ) throws(PrivatePostgresError) -> any RunningProgram {
        let output = try OutputTail(program.log)
        let results = program.keepsResults ? try Self.results(beside: program.log) : nil
        let process = ChildProcess(
            .init(
                words: words(for: program), environment: program.environment,
                directory: program.directory,
                input: input.take()?.givenNumber(), output: output.descriptor,
                results: results?.file.lentNumber))
        return LocalProgram(process, output, results)
    }

    private func words(for program: ProgramStart) -> [String] {
        let path = binaries.path(program.program)
        if let isolation {
            return isolation.words(
                for: [path] + program.arguments, writing: program.writable ?? [], seeing: program.seen,
                by: launcher)
        }
        let words = launcher.words(path, program.arguments, isolated: !program.needsNetwork)
        guard let confinement, let folders = program.writable else { return words }
        return confinement.words(for: words, writing: folders)
    }

    private static func results(beside log: String) throws(PrivatePostgresError) -> ProgramResults {
        let folder = ObjectName(log).folder.utf8Text ?? "/"
        do { return ProgramResults(try FileDescriptor(unnamedIn: folder)) } catch {
            throw .failed("creating a file in", folder, error)
        }
    }
}
