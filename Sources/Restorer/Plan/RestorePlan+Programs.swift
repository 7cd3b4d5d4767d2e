// SPDX-License-Identifier: Apache-2.0
import PrivatePostgres

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
