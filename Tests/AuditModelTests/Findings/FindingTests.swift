// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Testing

@Suite struct `A finding` {
    @Test(arguments: ToldFinding.all) func `is told from its fact alone`(_ told: ToldFinding) {
        let finding = told.finding
        #expect(finding.message == told.message)
        #expect((finding.expected, finding.found) == (told.expected, told.found))
        #expect((finding.code, finding.severity) == (told.code, told.severity))
    }

    @Test(arguments: ToldFinding.all) func `does not end in a full stop`(_ told: ToldFinding) {
        #expect(!told.finding.message.hasSuffix(".") && !told.finding.message.isEmpty)
    }

    @Test func `can be of every code`() {
        #expect(Set(ToldFinding.all.map(\.code)) == Set(FindingCode.allCases))
    }

    @Test(arguments: ToldFinding.all) func `is what it was after it was kept`(_ told: ToldFinding) throws {
        let kept = try JSONEncoder().encode(told.finding)
        #expect(try JSONDecoder().decode(Finding.self, from: kept) == told.finding)
    }

    @Test(arguments: ToldFinding.all) func `is kept with the words that earlier versions read`(
        _ told: ToldFinding
    ) throws {
        let kept = try JSONDecoder().decode(
            KeptWords.self, from: JSONEncoder().encode(told.finding))
        #expect((kept.code, kept.severity) == (told.code.rawValue, told.severity.rawValue))
        #expect((kept.message, kept.expected, kept.found) == (told.message, told.expected, told.found))
        let place = told.finding.place
        #expect((kept.object, kept.member) == (place.object?.description, place.member))
        #expect((kept.offset, kept.length) == (place.offset, place.length))
        #expect(kept.cause == told.finding.cause?.rawValue)
    }
}

@Suite struct `A finding that an earlier version kept` {
    private func decoded(_ json: String) throws -> Finding {
        try JSONDecoder().decode(Finding.self, from: Data(json.utf8))
    }

    @Test func `is told word for word`() throws {
        let finding = try decoded(
            #"{"code":"MEMBER_SIZE","severity":"error","object":"base.tar","member":"a","expected":"1 byte","found":"2","message":"'a' is not as it was"}"#
        )
        #expect(
            finding
                == .recorded(
                    .memberSize, object: "base.tar", member: "a", expected: "1 byte", found: "2",
                    message: "'a' is not as it was"))
        #expect(finding.message == "'a' is not as it was" && !finding.standsForOthers)
        let again = try JSONDecoder().decode(Finding.self, from: JSONEncoder().encode(finding))
        #expect(again == finding)
    }

    @Test func `stands for others when it says so`() throws {
        let finding = try decoded(
            #"{"code":"MISSING_MEMBER","severity":"error","message":"and 100 more of this kind (MISSING_MEMBER)"}"#
        )
        #expect(finding == .others(100, .missingMember, .error, object: nil) && finding.standsForOthers)
    }

    @Test(arguments: [
        #"{"code":"MISSING_MEMBER","severity":"error","member":"a","message":"and 100 more of this kind (MISSING_MEMBER)"}"#,
        #"{"code":"MISSING_MEMBER","severity":"error","message":"and 007 more of this kind (MISSING_MEMBER)"}"#,
        #"{"code":"MISSING_MEMBER","severity":"error","message":"and 100 more of this kind (EXTRA_MEMBER)"}"#,
        #"{"code":"MISSING_MEMBER","severity":"error","message":"and 99999999999999999999 more of this kind (MISSING_MEMBER)"}"#,
    ])
    func `stands for itself when it only sounds like that`(_ json: String) throws {
        #expect(try !decoded(json).standsForOthers)
    }

    @Test(arguments: [
        #"{"newer":{}}"#, #"{"member":{"_0":{"missing":{}}}}"#, #"{"bytes":{"_0":{"changeNotAccepted":{}}}}"#,
        "7", "null",
    ])
    func `is told by its words when its fact is not one of ours`(_ fact: String) throws {
        let finding = try decoded(
            #"{"code":"MEMBER_SIZE","severity":"note","message":"m","fact":\#(fact)}"#)
        #expect(finding == .recorded(.memberSize, .note, message: "m"))
    }
}

/// A kept finding as versions without facts read it.
private struct KeptWords: Decodable {
    var code: String
    var severity: String
    var object: String?
    var member: String?
    var offset: UInt64?
    var length: UInt64?
    var expected: String?
    var found: String?
    var cause: String?
    var message: String
}

@Suite struct `A sample of many` {
    @Test func `holds the first and counts the rest`() {
        let sample = Sample(1...1000, most: 3)
        #expect((sample.first, sample.count, sample.rest) == ([1, 2, 3], 1000, 997))
    }
}
