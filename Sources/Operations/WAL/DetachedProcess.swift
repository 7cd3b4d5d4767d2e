// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A process that goes on when this one has ended, and whom nobody waits for.
///
/// swift-subprocess waits for the processes that it starts, so this one is started by hand.
enum DetachedProcess {
    /// `POSIX_SPAWN_SETSID`, which glibc shows to C programs only: a session of its own, out of reach of what
    /// ends the one that PostgreSQL is in.
    private static let ownSession: Int16 = 0x80

    /// Starts this program with the same arguments and some more; false when the system will not.
    static func startAgain(adding words: [String], _ environment: [String: String]) -> Bool {
        var (actions, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // PostgreSQL must not wait for the ends of its pipes.
        for (number, flags) in [(0, O_RDONLY), (1, O_WRONLY), (2, O_WRONLY)] as [(Int32, Int32)] {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", flags, 0)
        }
        posix_spawnattr_setflags(&attributes, ownSession)
        return withStrings(CommandLine.arguments + words) { arguments in
            withStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                var process: pid_t = 0
                return posix_spawn(
                    &process, "/proc/self/exe", &actions, &attributes, arguments, environment) == 0
            }
        }
    }

    /// Ends this process after so long, whatever it is waiting for.
    static func limitTime(seconds: UInt32) { alarm(seconds) }

    private static func withStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
