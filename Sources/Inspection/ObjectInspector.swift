// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats

/// Takes the bytes of one object apart as they come in, and judges what it finds.
///
/// Nothing that the bytes say can stop it: what is wrong becomes a finding, and after a fault that leaves no
/// way to go on the rest is let through unlooked at. Memory is bounded whatever comes.
public final class ObjectInspector {
    private let order: InspectionOrder
    private let judge: MemberJudge
    private let chain: any ByteSink
    private let decompressor: Decompressor?
    private let tar: TarReader?
    private var fault: ArchiveError?

    init(_ order: InspectionOrder) {
        self.order = order
        judge = MemberJudge(order)
        if order.source == .directory {
            (decompressor, tar) = (nil, nil)
            chain = SingleMember(order.object, size: order.size, into: judge)
        } else {
            let tar = TarReader(into: judge, memberLimit: order.plan.memberLimit)
            let decompressor = Decompressor(
                into: tar,
                budget: order.plan.budget(of: order.source, size: order.size),
                manyGzipMembers: order.source == .wal)
            (self.decompressor, self.tar, chain) = (decompressor, tar, decompressor)
        }
    }

    /// Takes the next bytes of the object, as it is stored.
    public func receive(_ bytes: RawSpan) {
        guard fault == nil else { return }
        do throws(ArchiveError) { try chain.receive(bytes) } catch { fault = error }
    }

    /// What the object held; called once, after its last byte.
    public func finish() -> ObjectContents {
        if fault == nil {
            do throws(ArchiveError) { try chain.finish() } catch { fault = error }
        }
        var contents = judge.finish()
        contents.repackedWith = tar?.foreignTrait
        contents.isWhole = fault == nil || fault?.reason == .trailing
        if let fault { contents.findings.add(Finding(fault, in: order.object)) }
        if let finding = suffixFinding { contents.findings.add(finding) }
        for oddity in decompressor?.headerOddities ?? [] {
            contents.findings.add(Finding(oddity, in: order.object))
        }
        return contents
    }

    /// The name says one thing about the compression, the first bytes another; the bytes decide.
    private var suffixFinding: Finding? {
        guard let found = decompressor?.compression,
            found.rawValue != Compression(suffixOf: order.object).rawValue
        else { return nil }
        let named = Compression(suffixOf: order.object)
        return Finding(
            .archive(.wrongSuffix(named: named.rawValue, found: found.rawValue)), object: order.object)
    }
}

/// A file of a data directory, as if it came out of an archive.
private final class SingleMember: ByteSink {
    private let member: TarMember
    private let sink: any MemberSink
    private var hasBegun = false

    init(_ name: ObjectName, size: UInt64, into sink: any MemberSink) {
        member = .whole(name, size: size)
        self.sink = sink
    }

    func receive(_ bytes: RawSpan) throws(ArchiveError) {
        try begin()
        try sink.receive(bytes)
    }

    func finish() throws(ArchiveError) {
        try begin()
        try sink.end()
    }

    private func begin() throws(ArchiveError) {
        guard !hasBegun else { return }
        hasBegun = true
        try sink.begin(member)
    }
}
