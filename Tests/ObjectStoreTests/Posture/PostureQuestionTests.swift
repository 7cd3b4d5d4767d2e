// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import ObjectStore

@Suite struct `What a bucket says of itself` {
    private func told<Value>(_ question: PostureQuestion<Value>, _ document: String) -> Told<Value> {
        question.told(.document(Array(document.utf8)))
    }

    private func refused<Value>(
        _ question: PostureQuestion<Value>, _ status: Int, _ code: String
    ) -> Told<Value> {
        question.told(.refused(S3Failure(status: status, document: S3ErrorDocument(code: code))))
    }

    @Test func `is read where it is an answer`() {
        #expect(
            told(
                PostureQuestions.versioning(),
                "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                == .said(.enabled))
        #expect(told(PostureQuestions.versioning(), "<VersioningConfiguration/>") == .said(.never))
        #expect(
            told(
                PostureQuestions.lock(),
                "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
                    + "<Mode>COMPLIANCE</Mode><Years>2</Years></DefaultRetention></Rule></ObjectLockConfiguration>"
            )
                == .said(LockRule(isEnabled: true, mode: .compliance, days: 730)))
        #expect(
            told(PostureQuestions.publicPolicy(), "<PolicyStatus><IsPublic>TRUE</IsPublic></PolicyStatus>")
                == .said(true))
        #expect(
            told(
                PostureQuestions.publicGrants(),
                """
                <AccessControlPolicy><AccessControlList>
                <Grant><Grantee><ID>me</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>
                <Grant><Grantee xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>
                <Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>
                """) == .said(["READ"]))
        #expect(
            told(
                PostureQuestions.encryption(),
                "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms"
                    + "</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
            )
                == .said("aws:kms"))
    }

    @Test func `means that there is no such thing only where that is what the refusal says`() {
        #expect(refused(PostureQuestions.lifecycle(of: ""), 404, "NoSuchLifecycleConfiguration") == .said([]))
        #expect(
            refused(PostureQuestions.encryption(), 404, "ServerSideEncryptionConfigurationNotFoundError")
                == .said("none"))
        #expect(refused(PostureQuestions.lifecycle(of: ""), 404, "") == .unknown("HTTP 404"))
        #expect(
            refused(PostureQuestions.lock(), 403, "AccessDenied") == .unknown("HTTP 403 AccessDenied"))
        #expect(
            refused(PostureQuestions.lock(), 501, "NotImplemented") == .unknown("HTTP 501 NotImplemented"))
    }

    @Test(arguments: [
        "", "<ListBucketResult/>", "<LifecycleConfiguration>", "<!DOCTYPE a><LifecycleConfiguration/>",
        rule("<Status>Enabled</Status><Expiration><Days>-3</Days></Expiration>"),
        rule("<Status>Enabled</Status><Expiration><Days>99999999999999999999</Days></Expiration>"),
        rule("<Status>Enabled</Status><Expiration><Date>soon</Date></Expiration>"),
        rule("<Status>Enabled</Status><Status>Disabled</Status>"),
        "<LifecycleConfiguration>" + String(repeating: "<a>", count: 40) + "</LifecycleConfiguration>",
    ])
    func `is unknown where it makes no sense`(_ document: String) {
        let told = told(PostureQuestions.lifecycle(of: "prod/"), document)
        #expect(told.value == nil && told.reason?.contains("makes no sense") == true, "\(told)")
    }

    private static func rule(_ content: String) -> String {
        "<LifecycleConfiguration><Rule><ID>r</ID>\(content)</Rule></LifecycleConfiguration>"
    }

    @Test(arguments: [
        ("<Prefix>prod/</Prefix>", false), ("<Filter><Prefix></Prefix></Filter>", false), ("", false),
        ("<Filter/>", false), ("<Prefix>prod/2025</Prefix>", true),
        ("<Filter><And><Prefix>prod/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter>", true),
        ("<Filter><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></Filter>", true),
    ])
    func `tells rules for the whole store from those for a part`(_ filter: String, _ isPartial: Bool) {
        let document = Self.rule(
            "<Status>Enabled</Status>\(filter)<Expiration><Days>7</Days></Expiration>"
                + "<Transition><Days>2</Days><StorageClass>GLACIER</StorageClass></Transition>")
        let rule = LifecycleRule(
            name: "r", isPartial: isPartial, expiresAfterDays: 7,
            moves: [.init(storageClass: "GLACIER", afterDays: 2)])
        #expect(told(PostureQuestions.lifecycle(of: "prod/"), document) == .said([rule]))
    }

    @Test(arguments: [
        "<Status>Disabled</Status><Prefix>prod/</Prefix>", "<Status>Enabled</Status><Prefix>other/</Prefix>",
    ])
    func `leaves out rules that do not touch the store`(_ content: String) {
        #expect(told(PostureQuestions.lifecycle(of: "prod/"), Self.rule(content)) == .said([]))
    }
}
