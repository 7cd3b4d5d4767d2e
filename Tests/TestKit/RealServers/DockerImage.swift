// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// An image that tests run containers of, made on this machine: no registry is asked.
public enum DockerImage: Sendable, Hashable {
    /// A shell and small programs (busybox), `tiny:1`.
    case tiny
    /// Debian's PostgreSQL 15 as the official image has it, `postgres:15`; scripts/setup makes its files.
    case postgres15

    /// As containers are asked for.
    public var name: String { "\(repository):\(tag)" }

    var repository: String { self == .tiny ? "tiny" : "postgres" }

    var tag: String { self == .tiny ? "1" : "15" }

    /// What the image says of how it is run.
    var changes: [String] {
        switch self {
        case .tiny: [#"CMD ["sh"]"#, "ENV FLAVOUR=plain", "LABEL made.by=tests"]
        case .postgres15:
            [
                #"ENTRYPOINT ["docker-entrypoint.sh"]"#, #"CMD ["postgres"]"#, "ENV PG_MAJOR=15",
                "ENV PGDATA=/var/lib/postgresql/data", "VOLUME /var/lib/postgresql/data", "EXPOSE 5432",
                "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin",
            ]
        }
    }

    static let busybox = "/bin/busybox"
    static let postgres15Files = "\(Testbed.environment)/images/postgres-15.tar"

    /// A tar archive of its files.
    struct Archive {
        var path: String
        var isTemporary: Bool

        func forget() {
            if isTemporary { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    func archive() async throws -> Archive {
        switch self {
        case .postgres15: return Archive(path: Self.postgres15Files, isTemporary: false)
        case .tiny:
            return try await TemporaryDirectory.with { place in
                let file = "\(place.path).tar"
                try place.makeDirectory("tree/data")
                let script = """
                    mkdir -p tree/bin tree/tmp tree/etc
                    for name in $("$0" --list); do ln -s busybox "tree/bin/$name"; done
                    cp --remove-destination "$0" tree/bin/busybox
                    printf 'root:x:0:0::/:/bin/sh\\nuser:x:1000:1000::/:/bin/sh\\n' > tree/etc/passwd
                    tar --numeric-owner --owner 0 --group 0 -C tree -cf "$1" .
                    """
                try await Program("sh")(["-c", script, Self.busybox, file], in: place.path)
                return Archive(path: file, isTemporary: true)
            }
        }
    }

    /// Whether tests can have it.
    var isInstalled: Bool {
        geteuid() == 0 && Testbed.hasProgram(Testbed.dockerd)
            && (self == .tiny
                ? Testbed.hasProgram(Self.busybox)
                : FileManager.default.isReadableFile(atPath: Self.postgres15Files))
    }

    /// As a query has it.
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = byte < 0x80 && (character.isLetter || character.isNumber)
            return isPlain ? String(character) : (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
        }.joined()
    }
}
