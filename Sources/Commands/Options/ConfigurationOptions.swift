// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Which configuration holds.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: [.customLong("config"), .customLong("configuration")],
        help: ArgumentHelp(
            "Read the configuration from this file. [PG_BACKCTL_CONFIG, /etc/pg_backctl/pg_backctl.yaml]",
            valueName: "file"))
    var file: String?
}

/// The same for `restore`, whose --config has always been another file.
struct RestoreConfigurationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read the configuration of pg_backctl from this file. [PG_BACKCTL_CONFIG, /etc/pg_backctl/pg_backctl.yaml]",
            valueName: "file"))
    var configuration: String?
}
