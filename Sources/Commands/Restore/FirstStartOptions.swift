// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Restorer

/// What the first start of the copy will do.
struct FirstStartOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Whether the copy archives its WAL as its settings say: keep, or off; asked for, and off where nobody can be asked.",
            valueName: "off|keep"))
    var archiveMode: ArchiveModeOption?

    @Option(
        help: ArgumentHelp(
            "Bring in the configuration of this folder, such as /etc/postgresql/VERSION/NAME on Debian.",
            valueName: "dir"))
    var conf: String?
}

/// `off` or `keep`.
enum ArchiveModeOption: String, ExpressibleByArgument, CaseIterable {
    case off, keep

    var choice: ArchivingChoice {
        switch self {
        case .off: .off
        case .keep: .keep
        }
    }
}
