// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Glibc

/// Turns Ctrl-C, a polite kill and a closed terminal into a request to stop.
///
/// What was read so far is kept, and a private server is stopped, before the process ends. A second Ctrl-C ends
/// it at once.
enum Signals {
    /// Of the one command that this process runs; handed to its operation like any other cancellation.
    static let cancellation = Cancellation()

    /// What else ends a process that does not handle it and is sent from outside (signal(7)).
    ///
    /// Not here are those that tell of a fault of our own (SIGSEGV, SIGABRT and the like), and SIGALRM, by which
    /// a process limits its own time.
    private static let endings = [
        SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT, SIGXCPU,
    ]

    static func install() {
        _ = cancellation
        // Writing to a closed pipe, or past a limit of size, is an error of the write.
        for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
        signal(SIGINT) { _ in
            if Signals.cancellation.isRequested { _exit(ExitStatus.interrupted.rawValue) }
            Signals.cancellation.request(.interrupted)
        }
        signal(SIGTERM) { _ in Signals.cancellation.request(.terminated) }
        // What was ignored from the start stays so: `nohup` ignores SIGHUP for the program that it starts.
        for number in endings where !isIgnored(number) {
            signal(number) { _ in Signals.cancellation.request(.terminated) }
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
