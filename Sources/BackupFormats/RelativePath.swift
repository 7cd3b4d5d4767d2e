// SPDX-License-Identifier: Apache-2.0

/// The rule for names in sum files and manifests: a path that stays in its folder and has one spelling.
enum RelativePath {
    /// Says what is wrong with a path; nil when it is relative and free of NUL and of empty, `.` and
    /// `..` components.
    static func fault(in path: some Collection<UInt8>) -> String? {
        if path.isEmpty { return "an empty name" }
        if path.first == UInt8(ascii: "/") { return "an absolute path" }
        if path.contains(0) { return "a name with a NUL byte" }
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for part in parts where part.count < 3 {
            if part.isEmpty { return "a name with an empty component" }
            guard part.allSatisfy({ $0 == UInt8(ascii: ".") }) else { continue }
            return part.count == 1 ? "a name with a '.' component" : "a name with a '..' component"
        }
        return nil
    }
}
