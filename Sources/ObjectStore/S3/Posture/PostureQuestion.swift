// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// One thing that a bucket is asked about itself, and how its answer is read.
struct PostureQuestion<Value: Sendable & Equatable & Codable> {
    /// What stands in the query.
    let subresource: String
    /// What the answer's root may be called; some servers answer anything with a listing.
    let roots: [String]
    /// The error by which a bucket says that it has no such thing, and what that means.
    var absent: (code: String, meaning: Value)?
    let read: (XMLElement) throws(XMLFault) -> Value

    /// What an answer says.
    func told(_ reply: S3Reply) -> Told<Value> {
        switch reply {
        case .document(let bytes):
            do throws(XMLFault) { return .said(try read(XMLElement.root(of: bytes, named: roots))) } catch {
                return .unknown("the answer makes no sense: \(ObjectName(error.reason))")
            }
        case .refused(let failure):
            if let absent, absent.code == failure.code { return .said(absent.meaning) }
            return .unknown(failure.summary)
        }
    }
}

/// The answer to a question that a bucket may also refuse to answer.
enum S3Reply: Equatable {
    case document([UInt8])
    case refused(S3Failure)

    /// No honest answer about a bucket is longer.
    static let limit = 1 << 20
}

/// "GetBucketVersioning" and its siblings (Amazon S3 API Reference).
enum PostureQuestions {
    static func versioning() -> PostureQuestion<BucketPosture.Versioning> {
        PostureQuestion(
            subresource: "versioning", roots: ["VersioningConfiguration", "GetBucketVersioningResponse"]
        ) { root throws(XMLFault) in
            switch try root.text(of: "Status") {
            case nil, "": return .never
            case "Enabled": return .enabled
            case "Suspended": return .suspended
            default: throw XMLFault(reason: "Status is neither Enabled nor Suspended")
            }
        }
    }

    static func lock() -> PostureQuestion<LockRule> {
        PostureQuestion(
            subresource: "object-lock", roots: ["ObjectLockConfiguration"],
            absent: ("ObjectLockConfigurationNotFoundError", LockRule(isEnabled: false))
        ) { root throws(XMLFault) in
            var rule = LockRule(isEnabled: try root.text(of: "ObjectLockEnabled") == "Enabled")
            guard let usual = try root.child("Rule")?.child("DefaultRetention") else { return rule }
            rule.mode = try usual.text(of: "Mode").flatMap(LockMode.init(rawValue:))
            let years = try usual.days("Years", perUnit: 365)
            rule.days = try usual.days("Days") ?? years
            return rule
        }
    }

    static func publicAccessBlock() -> PostureQuestion<PublicAccessBlock> {
        PostureQuestion(
            subresource: "publicAccessBlock", roots: ["PublicAccessBlockConfiguration"],
            absent: ("NoSuchPublicAccessBlockConfiguration", PublicAccessBlock())
        ) { root throws(XMLFault) in
            PublicAccessBlock(
                blocksLists: try root.flag("BlockPublicAcls") ?? false,
                ignoresLists: try root.flag("IgnorePublicAcls") ?? false,
                blocksPolicies: try root.flag("BlockPublicPolicy") ?? false,
                restrictsPolicies: try root.flag("RestrictPublicBuckets") ?? false)
        }
    }

    static func publicPolicy() -> PostureQuestion<Bool> {
        PostureQuestion(
            subresource: "policyStatus", roots: ["PolicyStatus"], absent: ("NoSuchBucketPolicy", false)
        ) { root throws(XMLFault) in
            guard let isPublic = try root.flag("IsPublic") else {
                throw XMLFault(reason: "IsPublic is missing")
            }
            return isPublic
        }
    }

    /// Whom S3 calls everybody: those without credentials, and those with any ("Access control list overview").
    private static let everybody = [
        "http://acs.amazonaws.com/groups/global/AllUsers",
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    ]

    static func publicGrants() -> PostureQuestion<[String]> {
        PostureQuestion(subresource: "acl", roots: ["AccessControlPolicy"]) { root throws(XMLFault) in
            guard let list = try root.child("AccessControlList") else {
                throw XMLFault(reason: "AccessControlList is missing")
            }
            var granted: [String] = []
            for grant in list.all("Grant") {
                guard let whom = try grant.child("Grantee")?.text(of: "URI"), everybody.contains(whom),
                    let what = try grant.shown("Permission"), !granted.contains(what)
                else { continue }
                granted.append(what)
            }
            return granted
        }
    }

    static func encryption() -> PostureQuestion<String> {
        PostureQuestion(
            subresource: "encryption", roots: ["ServerSideEncryptionConfiguration"],
            absent: ("ServerSideEncryptionConfigurationNotFoundError", "none")
        ) { root throws(XMLFault) in
            for rule in root.all("Rule") {
                let usual = try rule.child("ApplyServerSideEncryptionByDefault")
                if let algorithm = try usual?.shown("SSEAlgorithm"), !algorithm.isEmpty { return algorithm }
            }
            return "none"
        }
    }
}
