// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension PostureQuestions {
    /// The rules in force that may touch keys which begin with `prefix`.
    static func lifecycle(of prefix: ObjectName) -> PostureQuestion<[LifecycleRule]> {
        PostureQuestion(
            subresource: "lifecycle", roots: ["LifecycleConfiguration"],
            absent: ("NoSuchLifecycleConfiguration", [])
        ) { root throws(XMLFault) in
            var rules: [LifecycleRule] = []
            for element in root.all("Rule") {
                guard try element.text(of: "Status") == "Enabled",
                    let rule = try rule(element, touching: prefix)
                else { continue }
                rules.append(rule)
            }
            return rules
        }
    }

    /// Nil for one that touches none of these keys.
    private static func rule(
        _ element: XMLElement, touching store: ObjectName
    ) throws(XMLFault) -> LifecycleRule? {
        let filter = try element.child("Filter")
        let several = try filter?.child("And")
        let prefixes = [
            try several?.text(of: "Prefix"), try filter?.text(of: "Prefix"), try element.text(of: "Prefix"),
        ]
        let prefix = ObjectName(prefixes.compactMap { $0 }.first ?? "")
        guard store.hasPrefix(prefix) || prefix.hasPrefix(store) else { return nil }
        let conditions = (several ?? filter)?.children ?? []
        var rule = LifecycleRule(
            name: try element.shown("ID") ?? "",
            isPartial: !store.hasPrefix(prefix) || conditions.contains { $0.name != "Prefix" })
        if let expiration = try element.child("Expiration") {
            (rule.expiresAfterDays, rule.expiresOn) = (
                try expiration.days("Days"), try expiration.time("Date")
            )
        }
        rule.oldVersionsExpireAfterDays = try element.child("NoncurrentVersionExpiration")?.days(
            "NoncurrentDays")
        for move in element.all("Transition") {
            rule.moves.append(
                LifecycleRule.Move(
                    storageClass: try move.shown("StorageClass") ?? "", afterDays: try move.days("Days"),
                    on: try move.time("Date")))
        }
        return rule
    }
}
