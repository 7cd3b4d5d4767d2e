// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import DockerEngine
import Files
import Foundation

/// The files that run this program elsewhere: itself, the libraries that it has loaded, and what loads them.
///
/// An image has libraries of its own, of another version or another C library. So all of ours go along, and a script starts
/// our loader with them; the image's own programs see nothing of that.
struct ProgramFiles {
    /// Where they lie in the container.
    let folder: String
    private let program: String
    private let loader: String?
    private let libraries: [String]

    /// The path of the program there.
    var command: String { "\(folder)/pg_backctl" }

    /// `loaded` are the shared libraries that it needs, and what loads them.
    init(
        of program: String, with loaded: [String] = OwnProcess.libraries, in folder: String
    ) throws(ContainerTrouble) {
        let loader = loaded.first { ObjectName($0).lastComponent.hasPrefix("ld-" as ObjectName) }
        (self.folder, self.program, self.loader) = (folder, program, loader)
        libraries = loaded.filter { $0 != loader }
        let names = libraries.map { ObjectName($0).lastComponent }
        guard Set(names).count == names.count else {
            throw .noProgram("two of its libraries have the same name")
        }
    }

    /// Writes them into an archive of the folder above theirs.
    func write(into tar: TarWriter<EngineError>) throws {
        let name = ObjectName(folder).lastComponent.description
        try tar.add(Self.entry(name, .directory, 0o755))
        try tar.add(Self.entry("\(name)/lib", .directory, 0o755))
        try copy(program, to: "\(name)/pg_backctl.bin", tar)
        if let loader { try copy(loader, to: "\(name)/loader", tar) }
        for library in libraries {
            try copy(library, to: "\(name)/lib/\(ObjectName(library).lastComponent)", tar)
        }
        let script = Array(self.script.utf8)
        try tar.add(
            Self.entry("\(name)/pg_backctl", .file(size: UInt64(script.count)), 0o755), content: script)
    }

    private var script: String {
        let start = loader == nil ? "" : "\(folder)/loader --library-path \(folder)/lib "
        return "#!/bin/sh\nexec \(start)\(folder)/pg_backctl.bin \"$@\"\n"
    }

    static func entry(_ path: String, _ kind: TarEntry.Kind, _ mode: UInt32) -> TarEntry {
        TarEntry(path: Array(path.utf8), kind: kind, mode: mode)
    }

    private func copy(_ source: String, to path: String, _ tar: TarWriter<EngineError>) throws {
        let buffer = PageBuffer(size: 1 << 20)
        do {
            let file = try FileDescriptor(file: source)
            let size = try file.status().validators.size
            try tar.begin(Self.entry(path, .file(size: size), 0o755))
            var offset: UInt64 = 0
            while offset < size {
                let count = try file.read(at: offset, limit: buffer.size, into: buffer)
                guard count > 0 else { break }
                try buffer.show(count) { bytes in try tar.receive(bytes) }
                offset += UInt64(count)
            }
            try tar.end()
        } catch let error as SystemError {
            throw ContainerTrouble.noProgram("'\(ObjectName(source))': \(error.text)")
        }
    }
}
