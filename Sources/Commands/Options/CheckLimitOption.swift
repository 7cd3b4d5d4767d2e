// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel

/// How long the checks that are built in may take.
struct CheckLimitOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long the built-in checks may take, after which they have failed: 30m, 12h. [4h, then there is no verdict]",
            valueName: "time"))
    var checkLimit: String?

    /// Nil where none is given.
    var duration: Duration? { get throws { try checkLimit.map { .seconds(try TimeSpan.typed($0)) } } }
}
