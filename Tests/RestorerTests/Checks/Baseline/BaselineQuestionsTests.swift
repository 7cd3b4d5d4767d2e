// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres
import Testing

@testable import Restorer

@Suite struct `What a cluster is held against` {
    private let seen = SeenBaseline(
        Baseline(
            databases: [5: "shop"], end: ClusterPosition(timeline: 1, position: 200),
            moment: Timestamp(seconds: 1)),
        ClusterLineage(forks: [], end: ClusterPosition(timeline: 1, position: 200)), ofCluster: 7, seconds: 1)

    @Test func `is nothing at the first trial`() {
        let questions = BaselineQuestions(past: { _ in [] }, load: { _ in nil })
        #expect(questions.compare(seen).map(\.outcome) == [.passed])
    }

    @Test func `leaves no verdict where the history cannot be read`() {
        let questions = BaselineQuestions(
            past: { _ in throw QueryError.failed("the disk is gone") }, load: { _ in nil })
        let results = questions.compare(seen)
        #expect(results.map(\.leavesNoVerdict) == [true], "\(results)")
        #expect(results.first?.words.contains("the disk is gone") == true)
        var silent = questions
        silent.compares = false
        #expect(silent.compare(seen).isEmpty)
    }
}
