// SPDX-License-Identifier: Apache-2.0

extension RestorePlanner {
    /// PostgreSQL's programs, where this restore has to run any of them.
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
        if request.startsServer { needed.append(.postgres) }
        if request.scripts != nil { needed.append(.psql) }
        if isChain { needed += needed.isEmpty ? [.postgres, .combineBackup] : [.combineBackup] }
        return needed
    }
}
