// SPDX-License-Identifier: Apache-2.0

/// A name under which images are asked for: `postgres:15`, `registry:5000/team/postgres@sha256:…`.
public struct ImageName: Sendable, Equatable, CustomStringConvertible {
    /// Without tag and digest.
    public let repository: String
    /// `latest` where the name has neither tag nor digest; nil where it has a digest.
    public let tag: String?
    /// The digest, as `sha256:…`; nil where the name has none.
    public let digest: String?

    /// Nil when it is no name: empty, with blanks, or with anything but the characters that names have.
    public init?(_ text: String) {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:@".utf8)
        guard (1...512).contains(text.utf8.count), text.utf8.allSatisfy(allowed.contains) else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard let name = parts.first, parts.count <= 2 else { return nil }
        digest = parts.count > 1 ? String(parts[1]) : nil
        // A colon before a slash is that of a registry's port.
        let last = name.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let colon = last.firstIndex(of: ":")
        repository = String(colon.map { name[..<$0] } ?? name)
        tag = digest == nil ? colon.map { String(name[name.index(after: $0)...]) } ?? "latest" : nil
        let components = repository.split(separator: "/", omittingEmptySubsequences: false)
        guard components.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }), digest != "", tag != ""
        else {
            return nil
        }
    }

    /// The repository with its digest, or else with its tag, `latest` included.
    public var description: String {
        digest.map { "\(repository)@\($0)" } ?? "\(repository):\(tag ?? "latest")"
    }
}
