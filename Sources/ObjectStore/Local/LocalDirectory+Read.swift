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
        try copy(request, from: file, to: body)
        try compare(before, with: status(of: file, request.name), request.name)
        return ReadStatistics()
    }

    private func copy(
        _ request: ReadRequest, from file: borrowing FileDescriptor,
        to body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        let (end, length) = (request.range.upperBound, UInt64(request.range.count))
        let pages =
            (length &+ UInt64(PageBuffer.page - 1)) / UInt64(PageBuffer.page) * UInt64(PageBuffer.page)
        let buffer = PageBuffer(size: Int(clamping: max(1, min(UInt64(bufferSize), pages))))
        var offset = request.range.lowerBound
        while offset < end {
            guard !cancellation.isRequested else { throw .interrupted }
            let count = try read(file, at: offset, limit: end - offset, into: buffer, request.name)
            try buffer.show(count, to: body)
            offset += UInt64(count)
        }
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
        try refuseOddity(object(name, status: status(of: place, name)))
        do {
            return try FileDescriptor(place.last, in: place.folder, for: .bytes)
        } catch {
            if error.code == ELOOP { throw .changed(name, expected: "file", found: "symbolic link") }
            throw error.isAbsence ? .missing(name) : .failed(path(name), error)
        }
    }

    private func refuseOddity(_ object: StoredObject) throws(ObjectStoreError) {
        guard let oddity = object.oddity else { return }
        throw .unusable(
            "'\(path(object.name))'", reason: "is a \(oddity), not a file",
            hint: "put the file itself there; links are never followed.")
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
