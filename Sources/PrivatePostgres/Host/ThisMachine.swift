// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Files

/// PostgreSQL's programs on this machine, started as the server's owner.
public struct ThisMachine: CommandHost {
    private let binaries: PostgresBinaries
    private let launcher: Launcher
    private let confinement: Confinement?

    /// `confinement` holds programs to what they may write to; nil leaves that to their user's rights.
    public init(_ binaries: PostgresBinaries, _ launcher: Launcher, confinement: Confinement? = nil) {
        (self.binaries, self.launcher, self.confinement) = (binaries, launcher, confinement)
    }

    public var owner: ServerOwner { launcher.owner }
    public var major: Int { binaries.major }

    public func has(_ program: PostgresBinaries.Program) -> Bool {
        Programs.isExecutable(binaries.path(program))
    }

    public func start(_ command: CommandStart) throws(PrivatePostgresError) -> any RunningProgram {
        let output = try OutputTail(command.log)
        let words = launcher.words(command.words[0], Array(command.words.dropFirst()))
        let process = ChildProcess(
            .init(
                words: words, environment: command.environment, directory: "/", output: output.descriptor))
        return LocalProgram(process, output, nil)
    }

    public func start(
        _ program: ProgramStart, reading input: consuming FileDescriptor?
    ) throws(PrivatePostgresError) -> any RunningProgram {
        let output = try OutputTail(program.log)
        let results = program.keepsResults ? try Self.results(beside: program.log) : nil
        let words = launcher.words(
            binaries.path(program.program), program.arguments, isolated: !program.needsNetwork)
        let process = ChildProcess(
            .init(
                words: confined(words, to: program.writable), environment: program.environment,
                directory: program.directory,
                input: input.take()?.givenNumber(), output: output.descriptor,
                results: results?.file.lentNumber))
        return LocalProgram(process, output, results)
    }

    private func confined(_ words: [String], to folders: [String]?) -> [String] {
        guard let confinement, let folders else { return words }
        return confinement.words(for: words, writing: folders)
    }

    private static func results(beside log: String) throws(PrivatePostgresError) -> ProgramResults {
        let folder = ObjectName(log).folder.utf8Text ?? "/"
        do { return ProgramResults(try FileDescriptor(unnamedIn: folder)) } catch {
            throw .failed("creating a file in", folder, error)
        }
    }
}
