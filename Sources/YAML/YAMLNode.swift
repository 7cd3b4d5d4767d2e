// SPDX-License-Identifier: Apache-2.0

/// One value of a YAML text, and where it stands.
///
/// What stands there by its alias (`*name`) has the place of its anchor (`&name`): that is where to correct it.
public struct YAMLNode: Sendable {
    /// What kind of value it is.
    public enum Content: Sendable {
        /// Quoted or not: `3` and `"3"` are both texts, and it is for who reads them to want one of them.
        case text(String, isQuoted: Bool)
        case list([YAMLNode])
        case keys([(key: YAMLNode, value: YAMLNode)])
    }

    /// Elements and keys are in the order in which they stand in the text.
    public let content: Content
    /// Where it begins; line 1, column 1 where the parser does not say.
    public let place: TextPlace

    init(_ content: Content, at place: TextPlace) { (self.content, self.place) = (content, place) }

    /// Nil for a list, and for keys.
    public var text: String? { if case .text(let text, _) = content { text } else { nil } }

    /// Nil for a text, and for keys.
    public var list: [YAMLNode]? { if case .list(let list) = content { list } else { nil } }

    /// Whether it is a text in quotes, or in a block of its own.
    public var isQuoted: Bool { if case .text(_, true) = content { true } else { false } }

    /// A fault that stands here.
    public func fault(_ reason: String, hint: String) -> YAMLFault { YAMLFault(place, reason, hint: hint) }
}
