// SPDX-License-Identifier: Apache-2.0
import Files

extension PostgresBinaries {
    /// All folders that the programs need besides the system's: their own and those beside it in which they are installed, as they
    /// are named and as the programs find themselves, and those of their libraries.
    ///
    /// What else lies beside them is nobody's business: it may be a home, or hold sockets.
    ///
    /// Waits for child processes; nothing of a cluster is run.
    public var folders: [String] {
        let found = [Program.postgres, .psql].flatMap { libraries(of: path($0)) }
        let real = Self.folder(of: Programs.absolute(path(.postgres)))
        let all =
            [directory, Programs.absolute(directory), real].flatMap(Self.installed)
            + found.map(Self.folder(of:))
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

    /// A folder of programs, and what is installed with them: `share` and the libraries are found from there.
    private static func installed(_ programs: String) -> [String] {
        let parent = folder(of: programs)
        return [programs]
            + ["lib", "lib64", "share"].map { "\(parent)/\($0)" }.filter {
                (try? FileStatus(following: $0))?.kind == .folder
            }
    }

    private static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }
}
