// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// A program that can write nowhere but where it may, and, if it is foreign code, reach nothing else.
public struct ConfinedProgram: Sendable {
    /// How it is held.
    public enum Means: String, Sendable, CaseIterable {
        /// To where it may write, by Linux's Landlock.
        case landlock
        /// To where it may write, by mounts of its own.
        case mountNamespace = "mount-namespace"
        /// To what it is shown, without a network and without other processes, by namespaces of its own.
        case namespaces
    }

    /// How much of the machine it may take.
    public struct Limits: Sendable {
        /// Of one file, in bytes.
        public var fileSize: UInt64?
        /// Of one process, at a time; nil for as many as its parent may have.
        public var openFiles: UInt64?
        /// Of its user, threads included; nil for as many as its parent may have.
        public var processes: UInt64?
        /// Of one process, in bytes.
        public var memory: UInt64?
        /// Processors that it runs on, with all that it starts.
        public var processors: UInt64?

        /// None.
        public init() {}
    }

    private let words: [String]
    private let folders: [String]
    private let means: Means?
    /// What it sees besides the system, where it is held to that.
    public var shown: [String] = []
    /// Who it becomes, held by namespaces that root makes; nil for those of a user, who stays who he is.
    public var owner: (user: UInt32, group: UInt32)?
    /// Whether it is refused where it could make further namespaces of users.
    public var isClosed = false
    /// Nil for a program that may take what its user may, and that is no foreign code.
    public var limits: Limits?

    /// `words` are the program's path and its arguments, `folders` the directories that it may write to; without `means` it is
    /// not held to them.
    public init(_ words: [String], writing folders: [String], by means: Means?) {
        (self.words, self.folders, self.means) = (words, folders, means)
    }

    /// Turns this process into the program; whoever comes back from here has an error, and should end.
    public func replaceThisProcess() throws(OperationError) -> Never {
        // Afterwards there may be no memory for it.
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        do throws(SystemError) { try hold() } catch {
            throw .unsafe(
                "\(means?.rawValue ?? "limits") cannot hold a program here: \(error.text)",
                hint: "see RESTORE, 'Confinement'.")
        }
        execv(words[0], &arguments)
        let reason = SystemError.last.text
        throw .usage("'\(words[0])' cannot be run: \(reason)", hint: "is it a program?")
    }

    private func hold() throws(SystemError) {
        switch means {
        case nil: break
        case .landlock: try WriteConfinement.landlock.confine(to: folders, sharesMemory: limits == nil)
        case .mountNamespace:
            try WriteConfinement.mountNamespace.confine(to: folders, sharesMemory: limits == nil)
        case .namespaces: try isolate()
        }
        guard let limits else { return }
        if means != .namespaces { try ProcessIsolation.endWithAll() }
        // Where the kernel cannot, namespaces do, or the record of a trial says so.
        if ProcessIsolation.canKeepSignals { try ProcessIsolation.keepSignals() }
        var bounds = ProcessLimits(
            fileSize: limits.fileSize, openFiles: limits.openFiles, processes: limits.processes)
        (bounds.memory, bounds.processors) = (limits.memory, limits.processors)
        try bounds.apply()
    }

    private func isolate() throws(SystemError) {
        var isolation = ProcessIsolation(showing: shown, writing: folders)
        (isolation.owner, isolation.isClosed) = (owner, isClosed)
        try isolation.enter()
    }
}
