// SPDX-License-Identifier: Apache-2.0
import Diagnostics

@testable import Operations

private let secret = Secret("0123456789abcdef0123456789abcdef")

/// A plan that somebody has signed who has the secret, and what a machine would do by it: refused, or dealt out whole.
@Sendable func fuzzSharedPlan(_ bytes: [UInt8]) {
    precondition(
        (try? SharedPlan(document: bytes, named: "p", secret: secret)) == nil, "read without a signature")
    guard let plan = plan(bytes) else { return }
    for count in [1, 3, 7] {
        let parts = plan.parts(of: count)
        precondition(parts.count == count, "other shards than were asked for")
        precondition(parts.allSatisfy { $0.keys.allSatisfy(plan.backups.indices.contains) }, "work of nobody")
    }
    let again = (try? plan.document(secret: secret)).flatMap {
        try? SharedPlan(document: $0, named: "p", secret: secret)
    }
    precondition(again == plan, "another plan when it is written again")
}

/// A plan, a line feed, and a bundle of it, both signed: what passes says no more than its part.
@Sendable func fuzzShardBundle(_ bytes: [UInt8]) {
    guard let line = bytes.firstIndex(of: UInt8(ascii: "\n")), let plan = plan(Array(bytes[..<line])),
        let documents = try? SignedDocument(ShardBundle.schema, secret),
        let bundle = try? ShardBundle(
            document: documents.signed(Array(bytes[(line + 1)...])), named: "b", secret: secret)
    else { return }
    var check = BundleCheck(of: plan)
    guard (try? check.check(bundle, named: "b")) != nil else { return }
    for result in bundle.results {
        let pins = plan.backups[result.work].pinsByObject
        for object in result.objects {
            _ = object.steps(pins[object.name], after: plan.made, before: bundle.made)
        }
        precondition(Set(result.doubtful).isDisjoint(with: result.objects.map(\.name)), "proven and doubted")
    }
}

private func plan(_ bytes: [UInt8]) -> SharedPlan? {
    guard let documents = try? SignedDocument(SharedPlan.schema, secret) else { return nil }
    return try? SharedPlan(document: documents.signed(bytes), named: "p", secret: secret)
}
