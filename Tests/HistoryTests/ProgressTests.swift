// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import History

@Suite struct ProgressTests {
    private let scratch: Scratch
    private let history: HistoryDatabase
    private let name: ObjectName = "caf\u{E9}\n"

    init() throws {
        scratch = try Scratch()
        history = try scratch.open()
    }

    private func states(_ count: Int, _ byte: UInt8 = 1) -> [UInt8] {
        Array(repeating: byte, count: count * 32)
    }

    private func read(
        _ states: [UInt8], from: Int, chunkSize: UInt64 = 4096, _ known: Validators = validators,
        at second: Int64 = 1
    ) -> ProgressStep {
        .read(
            states: states, from: from, chunkSize: chunkSize, validators: known,
            at: Timestamp(seconds: second))
    }

    private func proven(_ chunks: Range<Int>, chunkSize: UInt64 = 4096, pin: String = digest("a"))
        -> ProgressStep
    {
        .proven(
            chunks: chunks, chunkSize: chunkSize, pin: pin, validators: validators, at: Timestamp(seconds: 1))
    }

    private func complete(_ known: Validators = validators) -> ProgressStep {
        .complete(sha256: digest("f"), validators: known, at: Timestamp(seconds: 8))
    }

    private func kept(_ steps: ProgressStep...) throws -> ObjectProgress? {
        try history.hold()
        for step in steps { try history.keep(step, of: name, in: place) }
        return try history.memory(of: place).progress[name]
    }

    private var others: Validators {
        var others = validators
        others.etag = "e2"
        return others
    }

    @Test func `what a manifest asked for is kept with a reading that came to its end`() throws {
        let asked = ManifestDigest("CRC32C", "9bd366ae")
        let step = ProgressStep.complete(
            sha256: digest("f"), manifestDigest: asked, validators: validators,
            at: Timestamp(seconds: 8))
        try history.hold()
        try history.keep([(step, "a"), (step, "b")], in: place)
        let progress = try history.memory(of: place).progress
        #expect(progress.count == 2)
        #expect(
            progress["a"]?.extent
                == .complete(
                    sha256: digest("f"), Midstates(chunkSize: 0), manifestDigest: asked))
        #expect(asked.hex(by: "CRC32C") == "9bd366ae" && asked.hex(by: "SHA224") == nil)
    }

    @Test func `states that follow are appended`() throws {
        let progress = try kept(
            read(states(2, 1), from: 0), read([], from: 2), read(states(1, 2), from: 2, at: 5))
        let expected = Midstates(chunkSize: 4096, states: states(2, 1) + states(1, 2))
        #expect(
            progress == ObjectProgress(.read(expected), validators: validators, since: Timestamp(seconds: 1)))
        #expect(try history.count("progress_states") == 2)
    }

    @Test func `a first step without states is kept too`() throws {
        #expect(try kept(read([], from: 0))?.extent == .read(Midstates(chunkSize: 4096)))
    }

    @Test func `a step from the start replaces what was kept`() throws {
        let progress = try kept(read(states(2, 1), from: 0), read(states(1, 9), from: 0, others, at: 5))
        let expected = Midstates(chunkSize: 4096, states: states(1, 9))
        #expect(progress == ObjectProgress(.read(expected), validators: others, since: Timestamp(seconds: 5)))
        let coarser = try kept(read(states(1, 3), from: 0, chunkSize: 8192))
        #expect(coarser?.extent == .read(Midstates(chunkSize: 8192, states: states(1, 3))))
    }

    @Test func `states after a gap, or of another version, leave nothing`() throws {
        #expect(try kept(read(states(2), from: 0), read(states(1), from: 3)) == nil)
        #expect(try kept(read(states(2), from: 0), read(states(1), from: 2, others)) == nil)
        #expect(try kept(read(states(2), from: 0), read(states(1), from: 2, chunkSize: 64)) == nil)
        #expect(try kept(read(states(1), from: 2)) == nil)
        #expect(try history.count("progress") == 0)
        #expect(try history.count("progress_states") == 0)
    }

    @Test func `proven chunks gather in any order`() throws {
        let progress = try kept(proven(5..<7), proven(0..<2), proven(2..<3), proven(6..<9), proven(5..<7))
        #expect(progress?.extent == .proven(chunks: [0..<3, 5..<9], chunkSize: 4096, pin: digest("a")))
    }

    @Test func `chunks proven against another pin or size start anew`() throws {
        let otherPin = try kept(proven(0..<2), proven(4..<5, pin: digest("b")))
        #expect(otherPin?.extent == .proven(chunks: [4..<5], chunkSize: 4096, pin: digest("b")))
        let otherSize = try kept(proven(1..<2, chunkSize: 64, pin: digest("b")))
        #expect(otherSize?.extent == .proven(chunks: [1..<2], chunkSize: 64, pin: digest("b")))
        #expect(
            try kept(read(states(1), from: 0))?.extent == .read(Midstates(chunkSize: 4096, states: states(1)))
        )
    }

    @Test func `a complete reading keeps its states`() throws {
        let progress = try kept(read(states(3), from: 0), complete())
        let expected = Midstates(chunkSize: 4096, states: states(3))
        #expect(progress?.extent == .complete(sha256: digest("f"), expected))
        #expect(progress?.since == Timestamp(seconds: 1))
    }

    @Test func `a complete reading that follows nothing has no states`() throws {
        let alone = ObjectProgress.Extent.complete(sha256: digest("f"), Midstates(chunkSize: 0))
        #expect(try kept(complete())?.extent == alone)
        #expect(try kept(read(states(1), from: 0), complete(others))?.extent == alone)
        #expect(try kept(proven(0..<1), complete())?.extent == alone)
    }

    @Test func `nothing is kept by who does not hold the backup any more`() throws {
        #expect(try kept(complete()) != nil)
        try history.release(place)
        try history.verify()
        try history.keep(complete(), of: name, in: place)
        #expect(try history.memory(of: place).progress.isEmpty)
        let other = try scratch.open(as: ProcessIdentity(host: "h", bootID: "b", pid: 2, startTime: 2))
        try other.hold()
        try history.keep(complete(), of: name, in: place)
        #expect(try history.memory(of: place).progress.isEmpty)
    }

    @Test func `a verdict ends the progress of the backup and of no other`() throws {
        let other = BackupPlace(url: "s3://bucket/prod/B", label: "B")
        try history.hold(other)
        try history.keep(proven(0..<1), of: name, in: other)
        #expect(try kept(proven(0..<1)) != nil)
        try history.release(place)
        #expect(try history.memory(of: place).progress.count == 1)
        try history.verify()
        #expect(try history.memory(of: place).progress.isEmpty)
        #expect(try history.memory(of: other).progress.count == 1)
    }
}
