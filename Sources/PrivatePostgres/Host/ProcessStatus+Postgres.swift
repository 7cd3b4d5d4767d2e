// SPDX-License-Identifier: Apache-2.0
import Files

extension ProcessStatus {
    /// Whether the program is `postgres`, as its executable's name says, or its own where that is hidden.
    var isPostgres: Bool {
        guard let program else { return name == "postgres" }
        // A package that was upgraded meanwhile leaves " (deleted)" there.
        return program.split(separator: "/").last?.split(separator: " ").first == "postgres"
    }
}
