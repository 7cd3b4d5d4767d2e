// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Where a directory is put together before it takes its name: a hidden folder beside it, on the same file
/// system, so that the last step is a rename.
struct StagedPlace: Sendable, Equatable {
    /// The directory that is to be made; absolute, without a slash at its end.
    let final: String

    init(_ final: String) { self.final = final }

    var parent: String {
        let folder = ObjectName(final).folder.utf8Text ?? "/"
        return folder == "/" ? folder : String(folder.dropLast())
    }

    var name: String { ObjectName(final).lastComponent.utf8Text ?? "" }

    /// The name of the hidden folder in the parent.
    var stagingName: String { ".\(name).pg_backctl" }

    var staging: String { parent == "/" ? "/\(stagingName)" : "\(parent)/\(stagingName)" }

    /// What is renamed to `final` in the end.
    var data: String { "\(staging)/data" }
}
