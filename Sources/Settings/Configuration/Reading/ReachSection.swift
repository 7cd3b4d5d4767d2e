// SPDX-License-Identifier: Apache-2.0
import YAML

/// Reads how buckets are reached.
struct ReachSection {
    static let known = [
        "endpoint", "region", "credentials", "proxy", "addressing", "ca-file", "requester-pays",
        "sse-customer-key-file",
    ]

    private let section: Section

    init(_ section: Section) { self.section = section }

    func fill(_ store: inout StoreConfiguration) {
        store.endpoint = section.value("endpoint") { node throws(YAMLFault) in
            try node.url(["https", "http"])
        }
        store.region = section.value("region") { node throws(YAMLFault) in try node.region() }
        store.credentials = credentials
        store.proxy = section.value("proxy") { node throws(YAMLFault) in try node.address(["http", "https"]) }
        store.addressing = section.value("addressing") { node throws(YAMLFault) in try node.choice() }
        store.caFile = section.value("ca-file") { node throws(YAMLFault) in try node.path() }
        store.requesterPays =
            section.value("requester-pays") { node throws(YAMLFault) in try node.flag() } ?? false
        store.customerKeyFile = section.value("sse-customer-key-file") { node throws(YAMLFault) in
            try node.path()
        }
    }

    private var credentials: StoreCredentials? {
        guard
            let keys = section.section(
                "credentials", known: ["env-file", "profile", "anonymous"],
                example: "env-file: /etc/pg_backctl/shop.env")
        else { return nil }
        let file = keys.value("env-file") { node throws(YAMLFault) in
            StoreCredentials.environmentFile(try node.path())
        }
        let profile = keys.value("profile") { node throws(YAMLFault) in
            StoreCredentials.profile(try node.line("the name of a profile", such: "backups"))
        }
        let anonymous = keys.value("anonymous") { node throws(YAMLFault) in try node.flag() } == true
        let given = [file, profile, anonymous ? .anonymous : nil].compactMap(\.self)
        if keys.keys.pairs.count != 1 {
            keys.note(
                "\(keys.owner) are one of env-file, profile and anonymous",
                hint: "leave one; keys themselves never stand in this file.")
        }
        return given.first
    }
}

extension YAMLNode {
    fileprivate func region() throws(YAMLFault) -> String {
        guard let text, text.wholeMatch(of: /[a-z0-9\-]{1,32}/) != nil else {
            throw fault("a region wanted, found \(found)", hint: "regions are written like eu-central-1.")
        }
        return text
    }
}
