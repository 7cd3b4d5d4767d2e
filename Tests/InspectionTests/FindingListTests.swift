// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Inspection

@Suite struct `A list of findings` {
    private func missing(_ count: Int) -> FindingList {
        var list = FindingList()
        for number in 0..<count {
            list.add(Finding(.member(.missing(size: 1)), object: "base.tar", member: "\(number)"))
        }
        return list
    }

    @Test func `holds as many as there are`() {
        let all = missing(500).all(object: nil)
        #expect(all.count == 500 && !all.contains(where: \.standsForOthers))
        #expect(FindingList().all(object: nil).isEmpty)
    }

    @Test func `counts those that are too many`() {
        let all = missing(503).all(object: nil)
        #expect(all.count == 501)
        #expect(all.last == .others(3, .missingMember, .error, object: "base.tar"))
    }

    @Test func `counts each kind, by its code, with what is known of it`() {
        var list = missing(500)
        for _ in 0..<2 { list.add(Finding(.member(.mode(0o644)), object: "base.tar", member: "m")) }
        list.add(Finding(.member(.missing(size: 1)), object: "base.tar", member: "m"))
        #expect(
            list.all(object: "other.tar").suffix(2) == [
                .others(1, .missingMember, .error, object: "base.tar"),
                .others(2, .modeUnexpected, .note, object: "other.tar"),
            ])
    }

    @Test func `counts as badly as the worst that it drops`() {
        var list = FindingList()
        for _ in 0..<500 { list.add(Finding(.member(.mode(0o644)))) }
        list.add(Finding(.member(.mode(0o666))))
        list.add(Finding(.member(.mode(0o644))))
        list.add(Finding(.member(.addedSignal)))
        #expect(list.all(object: nil).suffix(2).map(\.severity) == [.warning, .warning])
    }

    @Test func `knows of errors that it dropped`() {
        var list = FindingList()
        for _ in 0..<500 { list.add(Finding(.member(.mode(0o644)))) }
        #expect(!list.hasErrors)
        list.add(Finding(.member(.extra(size: 1))))
        #expect(list.hasErrors)
    }
}
