// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// A program that can write nowhere but where it may.
public struct ConfinedProgram: Sendable {
    /// How it is held.
    public enum Means: String, Sendable, CaseIterable {
        /// By Linux's Landlock.
        case landlock
        /// By mounts of its own.
        case mountNamespace = "mount-namespace"
    }

    private let words: [String]
    private let folders: [String]
    private let means: Means

    /// `words` are the program's path and its arguments, `folders` the directories that it may write to.
    public init(_ words: [String], writing folders: [String], by means: Means) {
        (self.words, self.folders, self.means) = (words, folders, means)
    }

    /// Turns this process into the program; whoever comes back from here has an error, and should end.
    public func replaceThisProcess() throws(OperationError) -> Never {
        do throws(SystemError) { try means.confinement.confine(to: folders) } catch {
            throw .unsafe(
                "\(means.rawValue) cannot hold a program here: \(error.text)",
                hint: "see RESTORE, 'Confinement'.")
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        execv(words[0], &arguments)
        let reason = SystemError.last.text
        throw .usage("'\(words[0])' cannot be run: \(reason)", hint: "is it a program?")
    }
}

extension ConfinedProgram.Means {
    fileprivate var confinement: WriteConfinement {
        switch self {
        case .landlock: .landlock
        case .mountNamespace: .mountNamespace
        }
    }
}
