// SPDX-License-Identifier: Apache-2.0
import GRDB

extension Database {
    /// Does all of it, or nothing where a constraint refuses one of its rows.
    func unlessRefused(_ body: () throws -> Void) throws {
        do {
            try inSavepoint {
                try body()
                return .commit
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {}
    }
}
