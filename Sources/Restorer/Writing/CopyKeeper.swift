// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Inspection
import Synchronization

/// Keeps a file of which a copy is being read: nothing is written as long as the copy can be read.
///
/// Once it is given up, what comes is the object itself, and is written behind the bytes that the copy gave.
final class CopyKeeper: MemberKeeper {
    private let tree: StagedTree
    private let reading: WrittenNames.Reading
    private let object: ObjectName
    private var file: (path: ObjectName, member: TarMember)?
    private var count: UInt64 = 0
    private var writer: FileWriter?

    init(_ tree: StagedTree, _ reading: WrittenNames.Reading, of object: ObjectName) {
        (self.tree, self.reading, self.object) = (tree, reading, object)
    }

    func begin(_ path: ObjectName, _ member: TarMember) {
        file = (path, member)
        let isFree = tree.names.withLock {
            $0.insert(foldersOf: path, by: reading) && $0.insert(file: path, by: reading)
        }
        if !isFree { tree.status.fail(.contested(path)) }
    }

    func receive(_ bytes: RawSpan) {
        startWriting()
        count += UInt64(bytes.byteCount)
        writer?.receive(bytes)
    }

    func end() {
        startWriting()
        writer?.end()
    }

    private func startWriting() {
        guard writer == nil, let file, tree.kept?.isTaken(object) != true else { return }
        let writer = FileWriter(tree, reading)
        writer.goOn(file.path, file.member, after: count)
        self.writer = writer
    }
}
