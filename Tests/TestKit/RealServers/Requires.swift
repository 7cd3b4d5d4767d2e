// SPDX-License-Identifier: Apache-2.0
public import Testing

/// Traits that skip a test when the server it needs is not installed, and say how to get it.
public enum Requires {
    public static var rclone: ConditionTrait { program(Testbed.rclone, "rclone") }
    public static var moto: ConditionTrait { program(Testbed.moto, "moto") }
    public static var mailServer: ConditionTrait { program(Testbed.mailServer, "aiosmtpd") }
    public static var prometheus: ConditionTrait { program(Testbed.prometheus, "prometheus") }
    public static var nginx: ConditionTrait { program(Testbed.nginx, "nginx") }

    /// An engine, which needs root, and the files of an image.
    public static func docker(_ image: DockerImage) -> ConditionTrait {
        .enabled(
            if: image.isInstalled, "Docker with \(image.name): run scripts/setup, and the tests, as root")
    }

    public static func postgres(_ versions: PostgresCluster.Version...) -> ConditionTrait {
        let missing = versions.first { !$0.isInstalled }
        return .enabled(if: missing == nil, "PostgreSQL \(missing?.rawValue ?? 0): run scripts/setup")
    }

    private static func program(_ path: String, _ name: Comment) -> ConditionTrait {
        .enabled(if: Testbed.hasProgram(path), "\(name) is not installed: run scripts/setup")
    }
}
