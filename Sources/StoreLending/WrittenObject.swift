// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import ObjectStore

/// An object as it goes over the channel.
struct WrittenObject: Codable, Equatable {
    private var name: ObjectName
    private var validators: WrittenValidators
    private var storageClass: String?
    private var oddity: String?
    private var otherName: ObjectName?

    init(_ object: StoredObject) {
        (name, validators) = (object.name, WrittenValidators(object.validators))
        (storageClass, oddity, otherName) = (object.storageClass, object.oddity, object.otherName)
    }

    var object: StoredObject {
        var object = StoredObject(
            name: name, validators: validators.validators, storageClass: storageClass, oddity: oddity)
        object.otherName = otherName
        return object
    }
}

/// By which a version is known: the times to the nanosecond, which their usual text has not.
public struct WrittenValidators: Codable, Equatable, Sendable {
    private var size: UInt64
    private var etag: String?
    private var version: String?
    private var modified: WrittenTime?
    private var changed: WrittenTime?
    private var inode: UInt64?

    /// Takes all of them as they are, so that `validators` gives back the same.
    public init(_ validators: Validators) {
        (size, etag, version) = (validators.size, validators.etag, validators.version)
        (modified, changed) = (
            validators.modified.map(WrittenTime.init), validators.changed.map(WrittenTime.init)
        )
        inode = validators.inode
    }

    /// What was written.
    public var validators: Validators {
        Validators(
            size: size, etag: etag, version: version, modified: modified?.time, changed: changed?.time,
            inode: inode)
    }
}

/// A moment, to the nanosecond.
public struct WrittenTime: Codable, Equatable, Sendable {
    /// Since 1970.
    private var nanoseconds: Int64

    /// Takes it as it is, so that `time` gives back the same.
    public init(_ time: Timestamp) { nanoseconds = time.nanoseconds }

    /// What was written.
    public var time: Timestamp { Timestamp(nanoseconds: nanoseconds) }
}
