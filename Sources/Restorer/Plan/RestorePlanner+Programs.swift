// SPDX-License-Identifier: Apache-2.0
import PrivatePostgres

extension RestorePlanner {
    /// PostgreSQL's programs, where this restore has to run any of them or they were named.
    func binaries(_ plan: RestorePlan, major: Int, _ searchPath: [String]) throws(RestoreError)
        -> PostgresBinaries?
    {
        let needed = plan.neededPrograms
        guard !needed.isEmpty else { return nil }
        return try RestoreError.translating { () throws(PrivatePostgresError) in
            try PostgresBinaries.find(
                major: major, named: plan.request.binaries, search: searchPath,
                launcher: Launcher(for: plan.request.owner, search: searchPath), needed: needed)
        }
    }
}
