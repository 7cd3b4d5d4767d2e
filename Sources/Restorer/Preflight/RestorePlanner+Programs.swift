// SPDX-License-Identifier: Apache-2.0

extension RestorePlanner {
    /// PostgreSQL's programs, where this restore has to run any of them or they were named.
    func binaries(_ plan: RestorePlan, major: Int, _ searchPath: [String]) throws(RestoreError)
        -> PostgresBinaries?
    {
        let needed = plan.neededPrograms
        guard !needed.isEmpty else { return nil }
        let launcher = try Launcher(for: plan.request.owner, search: searchPath)
        return try PostgresBinaries.find(
            major: major, named: plan.request.binaries, search: searchPath, launcher: launcher, needed: needed
        )
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
