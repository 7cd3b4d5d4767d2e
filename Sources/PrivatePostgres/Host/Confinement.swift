// SPDX-License-Identifier: Apache-2.0
import Files

/// How a server on restored data is held to the directories that are ours, whatever WAL and settings say.
///
/// This program starts itself in between: as `confine` it gives up the right to change anything else, and becomes the
/// server (`WriteConfinement`).
public struct Confinement: Sendable, Equatable {
    /// The full path of this program.
    let executable: String
    let means: WriteConfinement

    /// The first means that works here, found out by trying; nil when there is none.
    ///
    /// Waits for child processes. `folder` is any directory that is there.
    public static func find(executable: String, trying folder: String) -> Confinement? {
        WriteConfinement.allCases.lazy
            .filter(\.isKnownToKernel)
            .map { Confinement(executable: executable, means: $0) }
            .first { Programs.succeeds($0.words(for: [executable, "--version"], writing: [folder])) }
    }

    /// What runs a program so that it writes below `folders` only, and to what every program needs.
    func words(for program: [String], writing folders: [String]) -> [String] {
        [executable, "confine", "--by", means.rawValue]
            + folders.flatMap { ["--write", $0] } + ["--"] + program
    }
}
