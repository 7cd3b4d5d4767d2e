// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Glibc

/// Turns Ctrl-C and a polite kill into a request to stop.
///
/// What was read so far is kept before the process ends. A second Ctrl-C ends it at once.
enum Signals {
    static let cancellation = Cancellation()

    static func install() {
        _ = cancellation
        signal(SIGPIPE, SIG_IGN)
        signal(SIGINT) { _ in
            if Signals.cancellation.isRequested { _exit(ExitStatus.interrupted.rawValue) }
            Signals.cancellation.request(.interrupted)
        }
        signal(SIGTERM) { _ in Signals.cancellation.request(.terminated) }
    }
}
