// SPDX-License-Identifier: Apache-2.0

extension PostgresBinaries {
    /// All folders that the programs need besides the system's: the one in which they are installed, as it is named and as they find
    /// themselves, and those of their libraries.
    ///
    /// Waits for child processes; nothing of a cluster is run.
    public var folders: [String] {
        let named = Self.folder(of: directory)
        let found = [Program.postgres, .psql].flatMap { libraries(of: path($0)) }
        let all = [named, Programs.absolute(named)] + found.map(Self.folder(of:))
        return Set(all).filter { !$0.isEmpty && !Isolation.isSystem($0) }.sorted()
    }

    /// As the loader of glibc tells them; none elsewhere.
    private func libraries(of program: String) -> [String] {
        Self.libraries(in: Programs.output([program, "--version"], ["LD_TRACE_LOADED_OBJECTS": "1"]).text)
    }

    /// Reads `\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f…)`.
    static func libraries(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            guard let found = line.firstRange(of: " => /") else { return nil }
            let rest = line[found.upperBound...]
            guard let end = rest.lastIndex(of: "("), end > rest.startIndex else { return nil }
            return "/" + rest[..<end].dropLast()
        }
    }

    private static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }
}
