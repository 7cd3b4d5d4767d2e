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

extension RestorePlan {
    var neededPrograms: [PostgresBinaries.Program] {
        var needed: [PostgresBinaries.Program] = []
        // Where nothing is started, programs that were named are still those of the first start.
        if request.startsServer || request.binaries != nil { needed.append(.postgres) }
        if request.scripts != nil { needed.append(.psql) }
        if isChain { needed += needed.isEmpty ? [.postgres, .combineBackup] : [.combineBackup] }
        return needed
    }
}
