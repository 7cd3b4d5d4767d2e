// SPDX-License-Identifier: Apache-2.0

/// Which module may import which: the table of ARCHITECTURE.md, read.
///
/// A line is `module → modules of ours | what is not ours`. Several modules with the same row stand before the
/// arrow with commas between them, and `nothing of ours` behind it is what it says. What is not ours has
/// commas between, too; a library that is imported by another name has that name in brackets. The line of
/// `every module` names what all of them may import.
struct LayerTable: Equatable, Sendable {
    struct Row: Equatable, Sendable {
        let module: String
        /// Modules of ours.
        let below: [String]
        /// Packages, C libraries and what comes with the compiler but is not everybody's.
        let others: [String]

        var imports: Set<String> { Set(below + others) }
    }

    struct Unreadable: Error, Equatable {
        let line: String
    }

    /// From top to bottom.
    let rows: [Row]
    /// What every module may import.
    let everyones: Set<String>

    /// The table of this package.
    static let ours = Result { try LayerTable(document: Project.text(of: "ARCHITECTURE.md")) }

    /// Reads the first table of a document, which is the first block of text in it.
    init(document: String) throws {
        let opening = "```text\n"
        guard let start = document.firstRange(of: opening)?.upperBound,
            let end = document[start...].firstRange(of: "```")?.lowerBound
        else { throw Unreadable(line: opening) }
        let lines = document[start..<end].split(separator: "\n")
        let read = try lines.flatMap(Self.rows(in:))
        rows = read.filter { $0.module != Self.everyModule }
        everyones = Set(read.filter { $0.module == Self.everyModule }.flatMap(\.others))
    }

    /// All modules, packages and libraries that are in the table of this package.
    static let names = Set((try? ours.get().rows.flatMap { [$0.module] + $0.others }) ?? [])

    func row(of module: String) -> Row? { rows.first { $0.module == module } }

    private static let everyModule = "every module"

    private static func rows(in line: Substring) throws(Unreadable) -> [Row] {
        let sides = line.split(separator: "→").map {
            $0.split(separator: "|", omittingEmptySubsequences: false)
        }
        guard sides.count == 2, sides[0].count == 1, sides[1].count <= 2 else {
            throw Unreadable(line: String(line))
        }
        let below = sides[1][0].split(separator: " ").map(String.init)
        let others = sides[1].count == 2 ? names(in: sides[1][1]).map(imported) : []
        return names(in: sides[0][0]).map {
            Row(module: $0, below: below == ["nothing", "of", "ours"] ? [] : below, others: others)
        }
    }

    private static func names(in text: Substring) -> [String] {
        text.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
    }

    /// `CCurl` of `libcurl (CCurl)`.
    private static func imported(_ name: String) -> String {
        guard let bracket = name.firstIndex(of: "("), name.hasSuffix(")") else { return name }
        return String(name[name.index(after: bracket)...].dropLast())
    }
}
