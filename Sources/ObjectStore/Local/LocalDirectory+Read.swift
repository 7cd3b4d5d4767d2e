// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Glibc

extension LocalDirectory {
    /// Reads with `pread`; the file is held against `request.expected` before, and against itself after.
    ///
    /// A memory map would be no faster and would end the process when the file is cut short meanwhile.
    public func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics {
        let file = try begin(request)
        let buffer = PageBuffer(size: size(ofBufferFor: request))
        var offset = request.range.lowerBound
        while offset < request.range.upperBound {
            let count = try fill(buffer, from: file, at: offset, request)
            try buffer.show(count, to: body)
            offset += UInt64(count)
        }
        try end(file, request)
        return ReadStatistics()
    }

    /// Reads two ranges in turn, a buffer of each, so that no second thread is needed to have both at hand.
    public func readSideBySide(
        _ first: ReadRequest, _ second: ReadRequest,
        _ body: (RawSpan, RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> Bool {
        let one = try begin(first)
        let other = try begin(second)
        let buffer = PageBuffer(size: size(ofBufferFor: first))
        let otherBuffer = PageBuffer(size: size(ofBufferFor: second))
        var (offset, otherOffset) = (first.range.lowerBound, second.range.lowerBound)
        while offset < first.range.upperBound || otherOffset < second.range.upperBound {
            let count = try fill(buffer, from: one, at: offset, first)
            let otherCount = try fill(otherBuffer, from: other, at: otherOffset, second)
            try buffer.show(count, beside: otherBuffer, otherCount, to: body)
            offset += UInt64(count)
            otherOffset += UInt64(otherCount)
        }
        try end(one, first)
        try end(other, second)
        return true
    }

    /// A file that is being read, and what it was when that began.
    private struct OpenFile: ~Copyable {
        let descriptor: FileDescriptor
        let before: Validators
    }

    private func begin(_ request: ReadRequest) throws(ObjectStoreError) -> OpenFile {
        guard !cancellation.isRequested else { throw .interrupted }
        let file = try openFile(request.name)
        let before = try status(of: file, request.name)
        try compare(request.expected, with: before, request.name)
        guard request.range.upperBound <= before.size else {
            throw .changed(
                request.name, expected: "\(request.range.upperBound) bytes", found: "\(before.size) bytes")
        }
        if request.isSecondLook { file.forget(request.range) }
        // Doubles the kernel's window: a cold file came in three times as fast. Asking for the next parts by
        // POSIX_FADV_WILLNEED made it slower again.
        file.advise(POSIX_FADV_SEQUENTIAL, request.range)
        return OpenFile(descriptor: file, before: before)
    }

    private func end(_ file: borrowing OpenFile, _ request: ReadRequest) throws(ObjectStoreError) {
        try compare(file.before, with: status(of: file.descriptor, request.name), request.name)
    }

    private func size(ofBufferFor request: ReadRequest) -> Int {
        let (length, page) = (UInt64(request.range.count), UInt64(PageBuffer.page))
        return Int(clamping: max(1, min(UInt64(bufferSize), (length &+ (page - 1)) / page * page)))
    }

    /// Fills the buffer from `offset` on, or with what is left of the range; says how many bytes that was.
    private func fill(
        _ buffer: borrowing PageBuffer, from file: borrowing OpenFile, at offset: UInt64,
        _ request: ReadRequest
    ) throws(ObjectStoreError) -> Int {
        guard !cancellation.isRequested else { throw .interrupted }
        guard offset < request.range.upperBound else { return 0 }
        let limit = request.range.upperBound - offset
        return try read(file.descriptor, at: offset, limit: limit, into: buffer, request.name)
    }

    private func read(
        _ file: borrowing FileDescriptor, at offset: UInt64, limit: UInt64, into buffer: borrowing PageBuffer,
        _ name: ObjectName
    ) throws(ObjectStoreError) -> Int {
        do {
            let count = try file.read(at: offset, limit: Int(clamping: limit), into: buffer)
            if count > 0 { return count }
        } catch {
            throw .failed(path(name), error, at: offset)
        }
        throw .changed(name, expected: "more than \(offset) bytes", found: "its end")
    }

    private func openFile(_ name: ObjectName) throws(ObjectStoreError) -> FileDescriptor {
        let place = try Place(name, in: self)
        // Looked at before it is opened, for opening a device can already do something.
        try refuseOddity(object(name, status: status(of: place, name), otherName: nil))
        do {
            return try FileDescriptor(place.last, in: place.passage.folder, for: .bytes)
        } catch {
            if error.code == ELOOP { throw .changed(name, expected: "file", found: "symbolic link") }
            throw error.isAbsence ? .missing(name) : .failed(path(name), error)
        }
    }

    private func refuseOddity(_ object: StoredObject) throws(ObjectStoreError) {
        guard let oddity = object.oddity else { return }
        throw .unusable(
            "'\(path(object.name))'", reason: "is a \(oddity), not a file",
            hint: "put the file itself there; links to files are never followed.")
    }

    private func status(
        of file: borrowing FileDescriptor, _ name: ObjectName
    ) throws(ObjectStoreError) -> Validators {
        let status: FileStatus
        do {
            status = try file.status()
        } catch {
            throw .failed(path(name), error)
        }
        guard status.kind == .file else {
            throw .changed(name, expected: "file", found: "another kind of file")
        }
        return status.validators
    }

    private func compare(
        _ expected: Validators, with found: Validators, _ name: ObjectName
    ) throws(ObjectStoreError) {
        guard let difference = expected.difference(to: found) else { return }
        throw .changed(name, expected: difference.expected, found: difference.found)
    }
}

extension FileDescriptor {
    /// Drops a range from the page cache, so that the next reading comes from the disk.
    ///
    /// Widened to whole pages, since the kernel keeps a page of which only a part is named.
    fileprivate func forget(_ range: Range<UInt64>) {
        let page = UInt64(PageBuffer.page)
        let start = range.lowerBound / page * page
        let end =
            range.upperBound > .max - page ? range.upperBound : (range.upperBound + page - 1) / page * page
        advise(POSIX_FADV_DONTNEED, start..<max(start, end))
    }
}
