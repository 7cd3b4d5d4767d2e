// SPDX-License-Identifier: Apache-2.0
import PrivatePostgres
import Restorer

extension RestoreOrder {
    /// The restore_command of the user's own server, where recovery is left to it; nil where it is not, or has no archive.
    ///
    /// `request` is that of the plan, which knows the places of all tablespaces.
    func permanentCommand(for request: RestoreRequest, _ context: OperationContext) throws -> RestoreCommand?
    {
        guard request.outcome != .recovered, let location = archiveWords.last else { return nil }
        var options = Array(archiveWords.dropLast())
        if case .standby = request.outcome {
            options.append("--standby")
        } else {
            let places = request.tablespaces.keys.sorted().map(String.init).joined(separator: ",")
            options += ["--tablespaces", places.isEmpty ? "none" : places]
        }
        if request.allowsUnfinished { options.append("--allow-unfinished") }
        return RestoreCommand(executable: try context.program(), location: location, options: options)
    }
}
