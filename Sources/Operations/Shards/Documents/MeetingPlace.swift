// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Where machines meet: plans and bundles are put there and taken from there.
///
/// A directory that all of them see, or a folder of a bucket. What is there is anybody's: nothing but its length is
/// believed before its signature is checked.
public protocol MeetingPlace: Sendable {
    /// Puts a document there in one step, in the place of one that has its name; says where it is, as people read it.
    func put(_ bytes: [UInt8], named name: String) throws(ShardError) -> String

    /// The document of that name; throws `.refused` for one that is none or too long, `.usage` where there is none.
    func document(named name: String) throws(ShardError) -> [UInt8]

    /// Hands over the bundles there, one after the other, with where they are; what lacks their ending is none.
    ///
    /// One that cannot be read is handed over as the reason. Throws when nobody can tell what is there.
    func eachBundle(_ body: (_ path: String, _ bytes: Result<[UInt8], ShardError>) -> Void) throws(ShardError)
}

/// A document in a place.
public struct MeetingPoint: Sendable {
    /// The directory or bucket that the document is in, or is put into.
    public let place: any MeetingPlace
    /// What follows the last slash of the path; never empty.
    public let name: String
    /// As it was named.
    public let path: String
}

extension MeetingPlace {
    /// More bundles than a plan is ever dealt out to.
    static var mostBundles: Int { 10 * BundleCheck.mostShards }
}

extension ShardError {
    static func noDocument(at path: String) -> ShardError {
        .refused(path, reason: "it is no file, or too long")
    }

    static func noPlan(at path: String) -> ShardError {
        .usage("there is no plan '\(ObjectName(path))'", hint: "sweep --make-plan FILE writes one.")
    }
}
