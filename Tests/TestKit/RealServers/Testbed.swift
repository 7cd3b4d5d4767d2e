// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Where `scripts/setup` puts the programs that tests run, and where Debian puts them.
public enum Testbed {
    /// The root of the working copy, whatever the current directory is.
    public static let repository: String = {
        let file = URL(filePath: #filePath)
        return (0..<4).reduce(file) { url, _ in url.deletingLastPathComponent() }.path
    }()

    static let environment = "\(repository)/.build/testbed"
    static let rclone = "\(environment)/bin/rclone"
    /// With the libraries of others that what we write is held against.
    public static let python = "\(environment)/bin/python"
    static let moto = "\(environment)/bin/moto_server"
    static let mailServer = "\(environment)/bin/aiosmtpd"
    static let nginx = "/usr/sbin/nginx"
    static let prometheus = "/usr/bin/prometheus"
    static let promtool = "/usr/bin/promtool"
    /// Docker's own package has it in one place, Debian's in the other.
    static let dockerd = hasProgram("/usr/bin/dockerd") ? "/usr/bin/dockerd" : "/usr/sbin/dockerd"

    /// The Python packages of the environment, in whose folders the wheels of PostgreSQL are.
    static let sitePackages: String? = {
        let library = "\(environment)/lib"
        let versions = try? FileManager.default.contentsOfDirectory(atPath: library)
        let python = versions?.first { $0.hasPrefix("python3") }
        return python.map { "\(library)/\($0)/site-packages" }
    }()

    static func hasProgram(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: path)
    }
}
