// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// An element of a small document, with what is in it.
struct XMLElement: Equatable {
    let name: String
    /// Empty where it has children: what stands between them are blanks.
    private(set) var text = ""
    private(set) var children: [XMLElement] = []

    /// A bucket has at most 1,000 lifecycle rules, each of some twenty elements.
    private static let limits = XMLTokens.Limits(depth: 12, nameLength: 128, textLength: 4096, tags: 100_000)

    /// Takes a whole document apart; its root must have one of these names.
    static func root(of document: [UInt8], named names: [String]) throws(XMLFault) -> XMLElement {
        var tokens = try XMLTokens(document, limits: limits)
        var open: [(element: XMLElement, text: [UInt8])] = []
        var root: XMLElement?
        while let token = try tokens.next() {
            switch token {
            case .start(let name):
                guard !open.isEmpty || names.contains(name) else {
                    throw XMLFault(reason: "it is no \(names[0]) but a \(name)")
                }
                open.append((XMLElement(name: name), []))
            case .text(let bytes):
                if !open.isEmpty { open[open.count - 1].text += bytes }
            case .end:
                guard let (element, text) = open.popLast() else { break }
                var closed = element
                if closed.children.isEmpty { closed.text = String(decoding: text, as: UTF8.self) }
                if open.isEmpty {
                    root = closed
                } else {
                    open[open.count - 1].element.children.append(closed)
                }
            }
        }
        guard let root else { throw XMLFault(reason: "the document is empty") }
        return root
    }

    private init(name: String) { self.name = name }
}

// MARK: What is in it
extension XMLElement {
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The only child of that name, or nil; two of them are a document that says two things.
    func child(_ name: String) throws(XMLFault) -> XMLElement? {
        let found = all(name)
        guard found.count <= 1 else { throw XMLFault(reason: "\(name) stands twice in \(self.name)") }
        return found.first
    }

    func text(of name: String) throws(XMLFault) -> String? { try child(name)?.text }

    /// What may be shown of a text.
    func shown(_ name: String) throws(XMLFault) -> String? {
        try text(of: name).map { ObjectName(String($0.prefix(255))).description }
    }

    func flag(_ name: String) throws(XMLFault) -> Bool? {
        switch try text(of: name)?.lowercased() {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw XMLFault(reason: "\(name) is neither true nor false")
        }
    }

    /// A number of days; nobody keeps anything for a million of them.
    func days(_ name: String, perUnit: Int = 1) throws(XMLFault) -> Int? {
        guard let text = try text(of: name) else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            number <= 1_000_000
        else { throw XMLFault(reason: "\(name) is no number of days") }
        return number * perUnit
    }

    func time(_ name: String) throws(XMLFault) -> Timestamp? {
        guard let text = try text(of: name) else { return nil }
        guard let time = Timestamp(iso8601: text) else { throw XMLFault(reason: "\(name) is no time") }
        return time
    }
}
