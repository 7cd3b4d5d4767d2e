// SPDX-License-Identifier: Apache-2.0
public import Archive
public import AuditModel

/// Where what a backup holds is kept while it is proven: a restore writes it to files.
///
/// Objects are read side by side, so keepers work in several threads at once.
public protocol MemberOutput: AnyObject, Sendable {
    /// Somebody who keeps the members of one object, for one thread at a time.
    ///
    /// Asked for again when an object is read a second time: what was kept of it is then replaced.
    func keeper(of object: ObjectName) -> any MemberKeeper

    /// Why nothing can be kept any more; there is no use in reading on then.
    var failure: (any Error)? { get }

    /// An object was read to its end, and its bytes are what they should be.
    func completed(_ object: ObjectName, sha256: String, validators: Validators)
}

/// Keeps the members of one object, one after another; what fails is told by the output as a whole.
public protocol MemberKeeper: AnyObject {
    /// `path` is where the member belongs in the data directory.
    func begin(_ path: ObjectName, _ member: TarMember)

    /// Takes the next bytes of the member; never called for a directory.
    func receive(_ bytes: RawSpan)

    /// The member has had all its bytes; called for files only.
    func end()
}

extension MemberOutput {
    /// Keeps a small object that is a file of its own and was read whole.
    public func keep(_ bytes: [UInt8], of object: ObjectName) {
        let keeper = keeper(of: object)
        keeper.begin(object, .whole(object, size: UInt64(bytes.count)))
        keeper.receive(bytes.span.bytes)
        keeper.end()
    }
}

extension TarMember {
    /// An object that is a file of its own, as if it came out of an archive.
    public static func whole(_ object: ObjectName, size: UInt64) -> TarMember {
        TarMember(path: object.bytes, kind: .file, size: size, mode: 0o600, headerOffset: 0)
    }
}
