// SPDX-License-Identifier: Apache-2.0
public import Files

/// Where PostgreSQL's programs run for us: this machine (`ThisMachine`), or some other place that can keep these
/// promises.
///
/// - A program runs as `owner`, who never is root, with the environment and the words that it is given and no shell
///   between. Where the host can, it has no power and, unless it asks for one, no network.
/// - `start` returns when the program runs, or when it is known that it does not; then its `ending` says so. It may
///   wait, so it is called on a thread that may: not on one of those that tasks share.
/// - What a program says is bounded here however much it is: lines are cut, and what is not heard in time is lost.
/// - No file is read through a link, for whoever owns the data directory can put one there at any time.
/// - Nothing that was started outlives a call of `RunningProgram.end`. After a kill of this process it may:
///   `LeftoverServer` and `LeftoverProgram` find it by its directory.
public protocol PostgresHost: Sendable {
    /// Who the programs run as, and whose the data directory is.
    var owner: ServerOwner { get }

    /// The major version of the programs.
    var major: Int { get }

    /// Whether it has a program; not every version and package has all.
    func has(_ program: PostgresBinaries.Program) -> Bool

    /// Starts a program; `input` is what it reads, nothing where it is nil.
    ///
    /// Throws when a file for its output cannot be made.
    func start(
        _ program: ProgramStart, reading input: consuming FileDescriptor?
    ) throws(PrivatePostgresError) -> any RunningProgram
}

/// A host that runs commands of the user's, too, where they reach the server: those of a machine can, for one.
public protocol CommandHost: PostgresHost {
    /// Starts a command as `owner`, with the network: it is the user's own, and may ask whom it wants.
    func start(_ command: CommandStart) throws(PrivatePostgresError) -> any RunningProgram
}
