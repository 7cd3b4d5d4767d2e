// SPDX-License-Identifier: Apache-2.0

/// What Package.swift says of the modules, read as text: asking SwiftPM would take seconds.
struct PackageManifest: Sendable {
    /// What each module of ours in Swift depends on, by the name that is imported.
    let dependencies: [String: Set<String>]
    /// Everything in it that can be depended on.
    let names: Set<String>

    init(_ text: String) throws {
        let products = try Self.captures(#"let (\w+) = Target\.Dependency\.product\(\s*name: "(\w+)""#, text)
        let product = Dictionary(products.map { ($0[0], $0[1]) }) { _, last in last }
        let modules = try Self.captures(#"\bmodule\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?"#, text)
        let programs = try Self.captures(
            #"executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]"#, text)
        let targets = try Self.captures(#"\.(?:target|systemLibrary)\(\s*name: "(\w+)""#, text)
        dependencies = Dictionary(
            (modules + programs).map { ($0[0], Self.elements($0[1], products: product)) }
        ) { $0.union($1) }
        names = Set(product.values).union((modules + targets).map { $0[0] })
    }

    private static func elements(_ list: String, products: [String: String]) -> Set<String> {
        Set(
            list.split { $0 == "," || $0.isWhitespace }.map { element in
                products[String(element)] ?? String(element.filter { $0 != "\"" })
            })
    }

    /// What stands in the brackets of a pattern, for each of its matches; nothing at all is an empty string.
    private static func captures(_ pattern: String, _ text: String) throws -> [[String]] {
        text.matches(of: try Regex(pattern)).map { match in
            match.output.dropFirst().map { $0.substring.map(String.init) ?? "" }
        }
    }
}
